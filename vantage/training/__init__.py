"""What every model package trains with: run folders, checkpoints, the loop, determinism, model cards."""
