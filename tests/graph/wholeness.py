"""What holds of every traced graph, whatever the network."""

from explorer.graph.model import LayerGraph


def check_wholeness(graph: LayerGraph) -> None:
    """Each node is fed, or is fed by weights alone, and is in one block after another; each is read but the last."""
    assert len(graph.by_path) == len(graph.nodes)
    for node in graph.nodes:
        assert all(source < node.index for source in node.inputs)
        assert len(node.inputs) == len(node.input_shapes)
        assert node.inputs or node.index == 0 or "cpb_mlp" in node.path, f"{node.path} has no input"
        assert graph.consumers[node.index] or node is graph.nodes[-1], f"nobody reads {node.path}"
        block = graph.blocks[node.block]
        assert block.first <= node.index < block.last
    for block in graph.blocks[1:]:
        parent = graph.blocks[block.parent]
        assert parent.first <= block.first < block.last <= parent.last
        assert block.params == sum(node.params for node in graph.nodes[block.first : block.last])
