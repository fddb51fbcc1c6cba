"""What people look at: drawings on images, figures, and the report as one HTML file.

``drawing`` needs NumPy and Pillow only (render workers use it); ``figures`` brings matplotlib, ``html`` jinja2.
"""
