"""``tf.train.Example`` as a message class of our own: importing the one of TFDS imports TFDS, a second in every worker.

Same fields, same numbers, same bytes; the class lives in a pool of its own, beside whatever TensorFlow registers.
"""

from __future__ import annotations

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_PACKAGE = "vantage.records"
_KINDS = {"bytes_list": ("BytesList", "TYPE_BYTES"), "float_list": ("FloatList", "TYPE_FLOAT"),
          "int64_list": ("Int64List", "TYPE_INT64")}  # fmt: skip
_Field = descriptor_pb2.FieldDescriptorProto


def _add_field(
    message, name: str, number: int, kind: str, repeated: bool = False
) -> descriptor_pb2.FieldDescriptorProto:
    """Add a field: of a scalar ``TYPE_...``, or of the message that ``kind`` names."""
    label = _Field.LABEL_REPEATED if repeated else _Field.LABEL_OPTIONAL
    field = message.field.add(name=name, number=number, label=label)
    if kind.startswith("TYPE_"):
        field.type = getattr(_Field, kind)
    else:
        field.type, field.type_name = _Field.TYPE_MESSAGE, f".{_PACKAGE}.{kind}"
    return field


def _example_file() -> descriptor_pb2.FileDescriptorProto:
    """Return the description of example.proto and feature.proto of TensorFlow as one file."""
    file = descriptor_pb2.FileDescriptorProto(name="vantage/records/example.proto", package=_PACKAGE, syntax="proto3")
    feature = descriptor_pb2.DescriptorProto(name="Feature", oneof_decl=[{"name": "kind"}])
    for number, (name, (message, kind)) in enumerate(_KINDS.items(), 1):
        _add_field(file.message_type.add(name=message), "value", 1, kind, repeated=True)
        _add_field(feature, name, number, message).oneof_index = 0
    file.message_type.append(feature)
    features = file.message_type.add(name="Features")
    entry = features.nested_type.add(name="FeatureEntry", options={"map_entry": True})
    _add_field(entry, "key", 1, "TYPE_STRING")
    _add_field(entry, "value", 2, "Feature")
    _add_field(features, "feature", 1, "Features.FeatureEntry", repeated=True)
    _add_field(file.message_type.add(name="Example"), "features", 1, "Features")
    return file


_pool = descriptor_pool.DescriptorPool()
_pool.Add(_example_file())
Example = message_factory.GetMessageClass(_pool.FindMessageTypeByName(f"{_PACKAGE}.Example"))
"""The message class."""
