"""The words of a report, in both languages."""

from __future__ import annotations

import json
from functools import cache

from explorer import paths
from explorer.bilingual import Text

NETWORK = Text("The network", "网络")
TRAINING = Text("Training", "训练")
TEST = Text("The test after epoch {epoch}", "第 {epoch} 轮后的测试")
REPEAT = Text("To repeat it", "如何重复")

ACCURACY = Text("Test accuracy", "测试准确率")
BEST = Text("Best of all epochs", "各轮中最高")
SEEDS = Text("Test accuracy of {count} seeds", "{count} 个种子的测试准确率")
DEVIATION = Text("mean ± standard deviation", "均值 ± 标准差")
TOP_5 = Text("Top-5 accuracy", "前 5 准确率")
TEST_LOSS = Text("Test loss", "测试损失")
TRAIN_ACCURACY = Text("Training accuracy", "训练准确率")
CALIBRATION = Text("Calibration error", "校准误差")
EPOCHS = Text("Epochs", "轮数")
STEPS = Text("Steps", "步数")
TIME = Text("Time", "用时")
SPEED = Text("Images a second", "每秒图像数")
PARAMS = Text("Parameters", "参数量")
MACS = Text("MACs of an image", "每张图像的乘加次数")
BETWEEN = Text("95% interval: {low} to {high}", "95% 置信区间：{low} 至 {high}")

LOSS = Text("Loss", "损失")
SHARE_RIGHT = Text("Accuracy", "准确率")
EPOCH = Text("epoch", "轮")
TRAIN_STEPS = Text("training, each step", "训练（每步）")
TRAIN_EPOCHS = Text("training", "训练")
TEST_EPOCHS = Text("test", "测试")
SETTINGS = Text("Settings", "设置")
DATA = Text("Data", "数据")
YES, NO = Text("yes", "是"), Text("no", "否")
RATE_SET = Text("Learning rate set to {lr} after step {step}.", "第 {step} 步后学习率改为 {lr}。")
FORKED = Text("Starts from the weights of run {number} after step {step}.", "从运行 {number} 第 {step} 步的权重开始。")

LAYERS = Text("All layers", "所有层")
CONFUSION = Text("Confusion matrix", "混淆矩阵")
CONFUSION_ABOUT = Text(
    "Rows are what the images are, columns what was answered: right answers in blue, mistakes in red.",
    "每行为真实类别，每列为预测类别：正确为蓝色，错误为红色。",
)
CLASSES = Text("Classes", "各类别")
CLASS = Text("Class", "类别")
IMAGES = Text("Images", "图像数")
PRECISION = Text("Precision", "精确率")
RECALL = Text("Recall", "召回率")
F1 = Text("F1", "F1")
TAKEN_FOR = Text("Most often taken for", "最常被误认为")
HARDEST = Text("The hardest images", "最难的图像")
HARDEST_ABOUT = Text(
    "The test images with the greatest loss: what they are → what was answered, and how sure the network was.",
    "测试损失最大的图像：真实类别 → 预测类别及其置信度。",
)
NOT_HERE = Text("Not in this report:", "本报告缺少：")

COMMAND_ABOUT = Text(
    "The same plan gives the same losses to the last bit on a CPU of the same kind, with the same version of PyTorch.",
    "在同类 CPU 和相同版本的 PyTorch 上，同一计划给出逐位相同的损失。",
)
OWN_ABOUT = Text(
    "The model is a file of the user's own, {file}, which is kept with the run.",
    "该模型来自用户自己的文件 {file}，其副本与运行保存在一起。",
)
PLAN = Text("The whole plan", "完整计划")
RUN = Text("Run", "运行")
CREATED = Text("Begun", "开始于")
DEVICE = Text("Device", "设备")
VERSIONS = Text("This report was made with", "本报告的生成环境")


def setting(name: str) -> Text:
    """What the form calls the setting `name` of `TrainConfig`; an unknown one keeps its name."""
    return _of_the_window("training").get(name, Text(name, name))


def value(name: str, value: str) -> Text:
    """What the form calls `value` of the setting `name`, such as a schedule; a number keeps its digits."""
    return _of_the_window("training").get(f"{name}_{value}", Text(value, value))


def choice(value: str) -> Text:
    """What the form calls `value` of a setting of an architecture."""
    return _of_the_window("architectures").get(f"value_{value}", Text(value, value))


def status(name: str) -> Text:
    """What the table of runs says of a run that is `name`; an unknown one keeps its name."""
    known = {**_of_the_window("runs"), **_of_the_window("training")}
    return known.get(f"status_{name}", Text(name, name))


@cache
def _of_the_window(area: str) -> dict[str, Text]:
    file = paths.resources() / "text" / f"{area}.json"
    return {name: Text(**words) for name, words in json.loads(file.read_text(encoding="utf-8")).items()}
