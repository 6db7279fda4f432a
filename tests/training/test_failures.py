"""What goes wrong in a training is said in words that tell what to change."""

import gc
import weakref

import pytest
import torch
from torch import nn

from explorer.bilingual import Text
from explorer.errors import BatchTooLarge, ExplorerError
from explorer.training import failures

CPU = torch.device("cpu")
CUDA = torch.device("cuda", 0)


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB."),
        RuntimeError("[enforce fail at alloc_cpu.cpp:117] err == 0. DefaultCPUAllocator: can't allocate memory"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        RuntimeError("CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate(handle)`"),
        RuntimeError("Unable to find a valid cuDNN algorithm to run convolution"),
        RuntimeError("CUDA error: out of memory"),
    ],
)
def test_out_of_memory_says_which_batch_size_to_try(error):
    known = failures.explain(error, batch_size=1000, device=CUDA)
    assert "1000 images" in known.message.en
    assert "512 or less" in known.hint.en
    assert "512" in known.hint.zh


def test_a_real_allocation_that_fails_is_known():
    with pytest.raises(RuntimeError) as caught:
        torch.empty(1 << 50)
    known = failures.explain(caught.value, batch_size=64, device=CPU)
    assert known is not None
    assert "32 or less" in known.hint.en


def test_with_one_image_a_smaller_batch_is_not_the_advice():
    known = failures.explain(MemoryError(), batch_size=1, device=CPU)
    assert "smaller images" in known.hint.en


def test_what_the_failed_step_held_is_let_go():
    class Held:
        pass

    kept = []

    def step():
        held = Held()
        kept.append(weakref.ref(held))
        raise MemoryError

    try:
        step()
    except MemoryError as error:
        assert kept[0]() is not None
        failures.explain(error, batch_size=2, device=CPU)
        gc.collect()
        assert kept[0]() is None


def test_a_batch_of_one_in_batch_normalisation():
    with pytest.raises(ValueError, match="more than 1 value") as caught:
        nn.BatchNorm1d(3)(torch.zeros(1, 3))
    known = failures.explain(caught.value, batch_size=1, device=CPU)
    assert "2 or more" in known.hint.en
    known = failures.explain(caught.value, batch_size=16, device=CPU)  # there is no other image
    assert known.hint.en == "Train with two images or more."


def test_the_batch_normalisation_written_by_hand_says_the_same():
    from explorer.architectures.lenet_bn import BatchNorm

    with pytest.raises(ValueError, match="per channel") as caught:
        BatchNorm(3)(torch.zeros(1, 3))
    assert failures.explain(caught.value, batch_size=1, device=CPU) is not None


@pytest.mark.parametrize(("lr", "advised"), [(100.0, "10."), (0.1, "0.01."), (0.05, "0.005."), (3e-4, "3e-05.")])
def test_the_advised_learning_rate_is_a_tenth(lr, advised):
    assert advised in failures.Diverged(7, lr).hint.en


def test_a_defect_stays_a_defect():
    assert failures.explain(RuntimeError("shapes do not match"), batch_size=1, device=CUDA) is None
    assert failures.explain(ValueError("x"), batch_size=1, device=CPU) is None


@pytest.mark.parametrize(
    "reason",
    ["device-side assert triggered", "unknown error", "an illegal memory access was encountered",
     "the launch timed out and was terminated", "uncorrectable ECC error encountered"],
)  # fmt: skip
def test_a_lost_gpu(reason):
    error = RuntimeError(f"CUDA error: {reason}\nCUDA kernel errors might be asynchronously reported ...")
    known = failures.explain(error, batch_size=1, device=CUDA)
    assert f"stopped working (CUDA error: {reason})." in known.message.en
    assert failures.explain(error, batch_size=1, device=CPU) is None


@pytest.mark.parametrize("reason", ["invalid argument", "CUBLAS_STATUS_NOT_SUPPORTED when calling `cublasGemmEx`"])
def test_a_call_that_a_gpu_refuses_is_a_defect(reason):
    assert failures.explain(RuntimeError(f"CUDA error: {reason}"), batch_size=1, device=CUDA) is None


def test_a_gpu_that_this_torch_has_no_kernels_for():
    error = RuntimeError("CUDA error: no kernel image is available for execution on the device\nCUDA kernel errors")
    known = failures.explain(error, batch_size=1, device=CUDA)
    assert torch.__version__ in known.message.en
    assert "pytorch.org" in known.hint.en


def test_the_batch_size_that_fits_is_kept_as_a_number():
    known = ExplorerError(Text("A batch of 64 images does not fit.", "一批 64 张图像放不进内存。"))
    found = failures.with_fitting_batch(known, 24)
    assert isinstance(found, BatchTooLarge)
    assert found.fits == 24
    assert "24" in found.hint.zh
    assert not isinstance(failures.with_fitting_batch(known, None), BatchTooLarge)
