"""AdaRound against a statement of its own: the paper's, written out."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from quantengine.recover.adaptive import MOST_STEPS, round_adaptive, steps_for
from quantengine.recover.problem import Grid, Problem
from quantengine.recover.second_order import SecondOrder

Doubles = NDArray[np.float64]
DEPTH, ROWS = 48, 4


def textbook(weight: Doubles, hessian: Doubles, scale: float, steps: int) -> NDArray[np.int64]:
    """Adam at 0.01 on V of h(V) = clip(1.2 sigmoid(V) - 0.1, 0, 1), 0.01 sum 1 - |2h - 1|^beta."""
    floor = np.floor(weight / scale)
    v = -np.log(1.2 / (weight / scale - floor + 0.1) - 1)
    first, second = np.zeros_like(v), np.zeros_like(v)
    power = np.trace(hessian) / len(hessian)
    for step in range(1, steps + 1):
        sigmoid = 1 / (1 + np.exp(-v))
        h = np.clip(1.2 * sigmoid - 0.1, 0, 1)
        slope = np.where((h > 0) & (h < 1), 1.2 * sigmoid * (1 - sigmoid), 0)
        gradient = 2 * (floor + h - weight / scale) @ hessian / power
        if step / steps >= 0.2:
            beta = 2 + 18 * (1 - (step / steps - 0.2) / 0.8)
            turn = 2 * h - 1
            gradient -= 0.01 * 2 * beta * np.sign(turn) * np.abs(turn) ** (beta - 1)
        gradient *= slope
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        v -= 0.01 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    up = 1.2 / (1 + np.exp(-v)) - 0.1 >= 0.5
    return (floor + up).astype(np.int64)


@pytest.fixture(scope="module")
def problem() -> tuple[Problem, Grid]:
    draw = np.random.default_rng(4)
    basis = draw.normal(size=(DEPTH, DEPTH)) / np.arange(1, DEPTH + 1)
    inputs = np.maximum(draw.normal(size=(4 * DEPTH, DEPTH)) @ basis.T, 0)
    inputs -= inputs.mean(axis=0)
    weight = draw.normal(size=(1, ROWS, DEPTH))
    scale = np.full_like(weight, np.abs(weight).max() / 6.5)
    grid = Grid(scale, np.zeros(weight.shape, np.int32), -8, 7)
    return Problem(weight, (inputs.T @ inputs)[None]), grid


def lost(problem: Problem, grid: Grid, codes: NDArray[np.int32]) -> float:
    return float(problem.loss(grid.real(codes)).sum())


def test_it_reaches_what_the_textbook_reaches(problem: tuple[Problem, Grid]) -> None:
    task, grid = problem
    assert steps_for(task) == MOST_STEPS
    scale = float(grid.scale.flat[0])
    expected = textbook(task.target[0], task.hessian[0], scale, 1500).astype(np.int32)
    codes = round_adaptive(task, grid, steps=1500)
    nearest = lost(task, grid, grid.nearest(task.target))
    reached = lost(task, grid, codes)
    assert np.abs(codes - task.target / grid.scale).max() < 1
    assert reached <= 1.05 * lost(task, grid, expected[None]) < 0.95 * nearest
    refined = SecondOrder(task.hessian).refined(task.target, grid, codes)
    assert lost(task, grid, refined) < reached


def test_large_layers_take_fewer_steps_and_time_ends_them(problem: tuple[Problem, Grid]) -> None:
    task, grid = problem
    wide = Problem(np.zeros((1, 512, 1024)), np.zeros((1, 1024, 1024)))
    assert 400 <= steps_for(wide) < MOST_STEPS
    begun = round_adaptive(task, grid, until=0.0)
    step = round_adaptive(task, grid, steps=1)
    assert np.abs(begun - step).max() <= 1
    assert lost(task, grid, begun) < 2 * lost(task, grid, grid.nearest(task.target))


def test_it_ends_where_nothing_is_left_to_decide() -> None:
    whole = np.arange(-6.0, 6.0).reshape(1, 1, 12)
    task = Problem(whole, np.eye(12)[None])
    grid = Grid(np.ones_like(whole), np.zeros(whole.shape, np.int32), -8, 7)
    assert (round_adaptive(task, grid) == whole).all()
