"""The record (one rendered or photographed view), its store, its readers and the input pipeline."""
