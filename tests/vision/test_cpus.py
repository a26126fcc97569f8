"""The CPUs that a process may use, read from made-up /proc and /sys trees."""

from pathlib import Path

import pytest

from visualsearch.vision.cpus import usable_cpus

V1 = "sys/fs/cgroup/cpu,cpuacct"


def plant(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="ascii")
    return root


def test_without_control_groups_the_affinity_counts(tmp_path: Path) -> None:
    assert usable_cpus(tmp_path, affinity=6) == 6


def test_this_process_may_use_at_least_one() -> None:
    assert usable_cpus() >= 1


@pytest.mark.parametrize(
    ("quota", "cpus"),
    [
        ("200000 100000\n", 2),
        ("250000 100000\n", 3),
        ("10000 100000\n", 1),
        ("9900000 100000\n", 8),
        ("max 100000\n", 8),
        ("", 8),
        ("nonsense\n", 8),
        ("200000 0\n", 8),
        ("0 100000\n", 1),
    ],
)
def test_a_version_2_quota_is_rounded_up_and_bounded_by_the_affinity(
    tmp_path: Path, quota: str, cpus: int
) -> None:
    plant(tmp_path, {"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": quota})
    assert usable_cpus(tmp_path, affinity=8) == cpus


def test_the_tightest_of_the_groups_above_counts(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            "proc/self/cgroup": "0::/shop.slice/search.service\n",
            "sys/fs/cgroup/shop.slice/cpu.max": "300000 100000\n",
            "sys/fs/cgroup/shop.slice/search.service/cpu.max": "600000 100000\n",
        },
    )
    assert usable_cpus(tmp_path, affinity=16) == 3


@pytest.mark.parametrize(("quota", "cpus"), [("150000\n", 2), ("-1\n", 8)])
def test_a_version_1_quota_counts(tmp_path: Path, quota: str, cpus: int) -> None:
    plant(
        tmp_path,
        {
            "proc/self/cgroup": "12:memory:/docker/abc\n3:cpu,cpuacct:/docker/abc\n",
            f"{V1}/docker/abc/cpu.cfs_quota_us": quota,
            f"{V1}/docker/abc/cpu.cfs_period_us": "100000\n",
        },
    )
    assert usable_cpus(tmp_path, affinity=8) == cpus


def test_a_container_that_is_told_its_hosts_path_finds_its_own_quota(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            "proc/self/cgroup": "3:cpu,cpuacct:/docker/abc\n0::/\n",
            f"{V1}/cpu.cfs_quota_us": "400000\n",
            f"{V1}/cpu.cfs_period_us": "100000\n",
        },
    )
    assert usable_cpus(tmp_path, affinity=8) == 4


def test_a_group_above_the_namespace_is_not_followed_out_of_the_tree(tmp_path: Path) -> None:
    plant(
        tmp_path / "inner",
        {"proc/self/cgroup": "0::/../../elsewhere\n", "sys/fs/cgroup/cpu.max": "500000 100000\n"},
    )
    plant(tmp_path, {"inner/sys/elsewhere/cpu.max": "100000 100000\n"})
    assert usable_cpus(tmp_path / "inner", affinity=8) == 5
