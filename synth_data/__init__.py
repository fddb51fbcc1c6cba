"""The generator: procedural shapes and CAD models rendered by Blender into labelled records."""
