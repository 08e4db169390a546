"""A value is made the same way, whether its class has a constructor compiled by now or not."""

import pytest

from alma_cli.value import FEW, frozen, replace


@pytest.fixture(params=[0, FEW - 1, FEW, FEW + 1])
def point(request):
    """A class of which so many values were made before."""

    @frozen
    class Point:
        x: int
        y: int = 2
        name: str = ""

    for number in range(request.param):
        Point(number)
    return Point


def test_parts_are_given_by_place_by_name_or_not_at_all(point):
    assert (point(1).x, point(1).y, point(1).name) == (1, 2, "")
    assert point(1, name="a") == point(1, 2, "a") == point(name="a", x=1) != point(1)
    assert replace(point(1), y=3) == point(1, 3)


@pytest.mark.parametrize(
    ("given", "named", "said"),
    [
        ((), {}, "missing 1 required positional argument: 'x'"),
        ((1, 2, "a", 4), {}, "takes from 2 to 4 positional arguments but 5 were given"),
        ((1,), {"x": 1}, "multiple values for argument 'x'"),
        ((1,), {"z": 1}, "unexpected keyword argument 'z'"),
        ((), {"y": 1, "z": 1}, "unexpected keyword argument 'z'"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(point, given, named, said):
    with pytest.raises(TypeError, match=said):
        point(*given, **named)
    assert point(1) == point(1, 2)


def test_nothing_of_a_value_can_be_changed(point):
    with pytest.raises(AttributeError):
        point(1).x = 2
    with pytest.raises(AttributeError):
        point(1).z = 2
