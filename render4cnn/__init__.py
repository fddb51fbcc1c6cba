"""Viewpoint classification after Render for CNN (Su et al., ICCV 2015); see README.md."""
