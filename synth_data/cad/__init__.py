"""CAD files of any origin: where they lie, what they are, and how they become a `synth_data.models.Model`."""

from synth_data.cad.axes import parse_axis
from synth_data.cad.files import FORMATS, CadFile, Skipped, cad_file, list_cad

__all__ = ["FORMATS", "CadFile", "Skipped", "cad_file", "list_cad", "parse_axis"]
