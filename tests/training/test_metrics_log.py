"""metrics.jsonl."""

from vantage.training.metrics_log import MetricsLog, read_metrics


def test_rows_come_back(tmp_path):
    log = MetricsLog(tmp_path / "metrics.jsonl", tmp_path / "tb")
    rows = [{"step": 1, "loss": 0.5}, {"step": 2, "loss": 0.25, "note": "x"}]
    for row in rows:
        log.write(row)
    assert log.size == (tmp_path / "metrics.jsonl").stat().st_size
    log.close()
    assert read_metrics(tmp_path / "metrics.jsonl") == rows


def test_what_is_not_finite_is_left_out(tmp_path):
    log = MetricsLog(tmp_path / "metrics.jsonl", tmp_path / "tb")
    log.write({"step": 1, "loss": float("nan"), "rate": 2.0})
    log.close()
    assert read_metrics(tmp_path / "metrics.jsonl") == [{"step": 1, "rate": 2.0}]


def test_a_resumed_log_drops_what_came_after_its_checkpoint(tmp_path):
    log = MetricsLog(tmp_path / "metrics.jsonl", tmp_path / "tb")
    log.write({"step": 1})
    keep = log.size
    log.write({"step": 2})
    log.close()
    log = MetricsLog(tmp_path / "metrics.jsonl", tmp_path / "tb", keep)
    log.write({"step": 2, "again": True})
    log.close()
    assert read_metrics(tmp_path / "metrics.jsonl") == [{"step": 1}, {"step": 2, "again": True}]


def test_a_cut_line_and_a_missing_file_are_no_error(tmp_path):
    path = tmp_path / "metrics.jsonl"
    assert read_metrics(path) == []
    path.write_text('{"step": 1}\n{"step": 2, "lo')
    assert read_metrics(path) == [{"step": 1}]
