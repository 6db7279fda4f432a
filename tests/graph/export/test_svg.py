"""SVG: well-formed, with text as text."""

from dataclasses import replace
from xml.etree import ElementTree as ET

from explorer.graph.export import svg
from explorer.graph.export.display import display
from explorer.graph.export.items import Words
from tests.graph.export.drawing import request_of

NS = "{http://www.w3.org/2000/svg}"


def test_all_words_are_text_in_named_fonts() -> None:
    request = request_of("googlenet", detail="layers", language="zh", theme="dark")
    root = ET.fromstring(svg.render(request).content)
    written = [element.text for element in root.iter(f"{NS}text")]
    assert written == [item.text for item in display(request).items if isinstance(item, Words)]
    assert root.attrib["font-family"].startswith("Inter,")
    assert "Noto Sans CJK SC" in root.attrib["font-family"]
    assert any("JetBrains Mono" in element.attrib.get("font-family", "") for element in root.iter(f"{NS}text"))
    assert root.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "zh-Hans"


def test_title_description_and_size() -> None:
    request = request_of("lenet")
    root = ET.fromstring(svg.render(request).content)
    assert root.findtext(f"{NS}title") == "LeNet"
    assert "61.7 K parameters" in (root.findtext(f"{NS}desc") or "")
    page = display(request)
    assert float(root.attrib["width"]) == round(page.width, 2)
    assert root.attrib["viewBox"] == f"0 0 {root.attrib['width']} {root.attrib['height']}"


def test_a_box_tells_its_path_to_the_mouse() -> None:
    root = ET.fromstring(svg.render(request_of("lenet")).content)
    told = [element.findtext(f"{NS}title") for element in root.iter(f"{NS}rect")]
    assert "features.3 · Conv2d · 16×10×10" in told


def test_frames_are_dashed_and_wires_are_bent() -> None:
    text = svg.render(request_of("resnet18", detail="layers")).content.decode()
    assert "stroke-dasharray" in text
    assert "Q" in text


def test_any_name_is_allowed() -> None:
    request = request_of("lenet")
    graph = replace(request.graph, architecture='<a & "b">\x00\x1b')
    root = ET.fromstring(svg.render(replace(request, graph=graph, choice=None)).content)
    assert root.findtext(f"{NS}title") == '<a & "b">'
