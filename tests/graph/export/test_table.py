"""JSON and Markdown: every layer once, and totals that add up."""

import json

from explorer.commands import summary
from explorer.graph.export import table
from tests.graph.export.drawing import request_of


def test_json_says_what_summary_says_and_more() -> None:
    request = request_of("googlenet", suffix=".json")
    data = json.loads(table.render(request).content)
    told = summary.as_json(request.graph)
    for key in ("architecture", "input_shape", "params", "macs", "activation_bytes"):
        assert data[key] == told[key]
    for mine, theirs in zip(data["layers"], told["layers"], strict=True):
        assert {key: mine[key] for key in ("path", "kind", "output_shape", "params", "macs")} == {
            key: theirs[key] for key in ("path", "kind", "output_shape", "params", "macs")
        }
    assert [block["path"] for block in data["blocks"]] == [block["path"] for block in told["blocks"]]
    assert data["settings"] == {"width": 1.0, "batch_norm": False}
    assert sum(layer["params"] for layer in data["layers"]) == data["params"] == 5_977_530


def test_the_edges_of_the_json_name_layers_and_carry_shapes() -> None:
    request = request_of("resnet18", suffix=".json")
    data = json.loads(table.render(request).content)
    assert len(data["edges"]) == sum(1 for _ in request.graph.edges())
    outputs = {layer["path"]: layer["output_shape"] for layer in data["layers"]}
    for edge in data["edges"]:
        if edge["from"] in outputs:
            assert edge["shape"] == outputs[edge["from"]]
    assert {"from": "b1.3", "to": "b2.0.add", "shape": [64, 56, 56]} in data["edges"]


def test_a_markdown_row_for_each_layer() -> None:
    lines = table.render(request_of("lenet", suffix=".md")).content.decode().splitlines()
    assert lines[0] == "# LeNet"
    assert "| `features.3` | Conv2d | 16×10×10 | 2,416 | 240,000 | 14×14 |" in lines
    assert "| `head.1` | Linear | 120 | 48,120 | 48,000 | whole image |" in lines
    assert lines[-1] == "| **Total** |  |  | **61,706** | **416,520** |  |"
    assert all(line.count("|") == 7 for line in lines[4:])


def test_markdown_in_chinese() -> None:
    text = table.render(request_of("lenet", suffix=".md", language="zh")).content.decode()
    assert "| 层 | 类型 | 输出形状 | 参数量 | 乘加次数 | 感受野 |" in text
    assert "整幅图像" in text
