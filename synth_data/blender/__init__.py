"""The only place that imports bpy; runs in worker processes."""
