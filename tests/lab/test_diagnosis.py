"""Diagnosis of mistakes: correct, also for two at once, and never a mistake that was not made."""

import json
from itertools import islice
from typing import Any

import numpy as np
import pytest

from glassnet.lab.autograder.answer_modules import run_definitions, unimplemented
from glassnet.lab.autograder.checking import check, checker_for
from glassnet.lab.autograder.comparing import values_equal
from glassnet.lab.autograder.diagnosis import BROKEN, FAILED, NOT_STARTED, PASSED
from glassnet.lab.autograder.facts import about_value
from glassnet.lab.autograder.observations import Observation, OpaqueValue, decode, encode, run_case
from glassnet.lab.autograder.sources import decode_source
from glassnet.lab.course import course, find_exercise
from glassnet.lab.exercise import Namespace
from glassnet.lab.learning.feedback import next_step, verdict_text
from helpers.lab_answers import solved, with_mistake

pytestmark = pytest.mark.usefixtures("forked_answers")

SOFTMAX, BACK = find_exercise("10"), find_exercise("15")


def named(exercise: Any, source: str) -> list[str]:
    return [mistake.name for mistake in check(exercise, source, "answer.py").mistakes]


class TestNaming:
    def test_a_known_mistake_in_other_code_is_named(self) -> None:
        source = "import numpy as n\ndef Softmax(v, axis=0):\n    p = n.exp(n.array(v, float))\n    return p / n.sum(p)"
        assert named(SOFTMAX, source) == ["sums over the whole array", "overflows"]

    def test_two_mistakes_at_once_are_both_named(self) -> None:
        source = with_mistake(BACK, "dW not divided by m", "missing derivative")
        assert sorted(named(BACK, source)) == ["dW not divided by m", "missing derivative"]

    def test_mistakes_in_several_functions_are_all_named(self) -> None:
        exercise = find_exercise("14")
        mistakes = ["linear: zeros", "ReLU: 1 at 0", "tanh: missing square", "sigmoid: plus instead of minus"]
        assert sorted(named(exercise, with_mistake(exercise, *mistakes))) == sorted(mistakes)

    def test_with_a_known_and_an_unknown_mistake_the_known_is_named_and_the_other_shown(self) -> None:
        exercise = find_exercise("14")
        source = with_mistake(exercise, "tanh: missing square").replace("s * (1 - s)", "s * (1 - s) * 1.5")
        verdict = check(exercise, source, "answer.py")
        assert [mistake.name for mistake in verdict.mistakes] == ["tanh: missing square"]
        assert not verdict.explains_all
        printed = verdict_text(verdict)
        assert "This does not explain all failed tests" in printed
        assert "every number is 1.5 times the correct value" in printed
        assert "Tanh_derivative([" not in printed.partition("This does not explain all failed tests")[2]

    @pytest.mark.parametrize(
        "body",
        [
            "np.exp(x) * 0 + 0.2",
            "np.tanh(x)",
            "np.round(x)",
            "'hello'",
            "[[1, 2], [3]]",
        ],
    )
    def test_an_unknown_mistake_is_reported_as_unknown(self, body: str) -> None:
        source = f"import numpy as np\ndef Softmax(x, axis=-1):\n    x = np.asarray(x, float)\n    return {body}"
        verdict = check(SOFTMAX, source, "answer.py")
        assert verdict.mistakes == ()
        assert "Your mistake was not recognized. The failed tests:" in verdict_text(verdict)

    def test_no_pair_of_mistakes_is_diagnosed_as_another(self) -> None:
        for exercise in (SOFTMAX, BACK):
            checker = checker_for(exercise.folder)
            main = {mistake.edits for mistake in exercise.mistakes}
            pairs = (pair for pair in exercise.pairs() if main.issuperset(form.edits for form in pair))
            for pair in islice(pairs, 0, None, 3):
                verdict = checker.verdict(checker._behavior(*pair))
                named_as = [mistake.name for mistake in verdict.mistakes]
                if verdict.state == FAILED and named_as != [mistake.name for mistake in pair]:
                    behavior = [checker._behavior(*one) for one in (pair, verdict.mistakes)]
                    assert checker.verdict(behavior[0]).mistakes == checker.verdict(behavior[1]).mistakes

    def test_gradients_are_compared_with_finite_differences(self) -> None:
        verdict = check(BACK, with_mistake(BACK, "dW not divided by m"), "answer.py")
        printed = "\n".join(verdict.diagnostics)
        assert "central differences of the loss" in printed
        assert "7 times as large" in printed
        assert "db[2]" in printed
        assert "is correct" in printed


class TestStates:
    def test_an_unimplemented_exercise_is_to_do(self) -> None:
        verdict = check(SOFTMAX, SOFTMAX.lesson.file_text(), "answer.py")
        assert (verdict.state, verdict.points) == (NOT_STARTED, 0)
        assert "Not started." in verdict_text(verdict)

    def test_a_syntax_error_is_reported_with_its_line(self) -> None:
        verdict = check(
            SOFTMAX, solved(SOFTMAX).replace("def Softmax(x, axis=-1):", "def Softmax(x, axis=-1)"), "answer.py"
        )
        assert verdict.state == BROKEN
        assert "SyntaxError: expected ':': def Softmax(x, axis=-1)" in verdict_text(verdict)

    def test_a_missing_definition_is_reported_once(self) -> None:
        verdict = check(SOFTMAX, "import numpy as np\n", "answer.py")
        assert verdict.state == FAILED
        assert verdict_text(verdict).count("Softmax is not defined") == 1

    def test_top_level_calls_are_not_run(self) -> None:
        verdict = check(
            SOFTMAX, solved(SOFTMAX) + "\nSoftmax('nonsense')\nwhile Softmax([1.0]):\n    pass\n", "answer.py"
        )
        assert (verdict.state, verdict.problem) == (PASSED, "")

    def test_an_error_at_top_level_is_reported_and_the_functions_count(self) -> None:
        verdict = check(SOFTMAX, "x = 1 / 0\ndef f():\n    return x\n" + solved(SOFTMAX), "answer.py")
        assert (verdict.state, verdict.problem) == (PASSED, "line 1: ZeroDivisionError: division by zero")

    def test_globals_that_functions_need_are_computed(self) -> None:
        source = "def small():\n    return 1e-9\nEPS = small()\n" + solved(SOFTMAX).replace(
            "return e /", "return EPS * 0 + e /"
        )
        assert check(SOFTMAX, source, "answer.py").state == PASSED

    @pytest.mark.parametrize(
        ("source", "names"),
        [
            ("A = 1\nB = A + 1\ndef f():\n    return B\n", "A B f"),
            ("A = 1\ndef f():\n    return 2\nprint(f())\n", "f"),
            ("T = {}\nfor i in range(3):\n    T[i] = i\ndef f():\n    return T\n", "T f i"),
            ("L = []\nL.append(1)\ndef f():\n    return L\nprint(L)\nL\n", "L f"),
            ("def f():\n    return C\nC = f\n", "C f"),
            ("import math, cmath\nx = math.pi\ndef f():\n    return cmath\n", "cmath f math"),
            ("import math\nx = math.pi\n", ""),
            ("try:\n    import cmath\nexcept ImportError:\n    pass\ndef f():\n    return cmath\n", "cmath f"),
            ("if True:\n    def f():\n        return 1\n", "f"),
            ("T = []\ndef h(i):\n    return i\nfor i in [1]:\n    T.append(h(i))\ndef f():\n    return T\n", "T f h i"),
            ("def f():\n    f.n += 1\nf.n = 0\nf()\n", "f"),
            ("def s():\n    global G\n    G = 1\ns()\ndef f():\n    return G\n", "G f s"),
            ("def f():\n    raise NotImplementedError\ndef f():\n    return 1\n", "f"),
            ("import numpy as np\ndef f(x=np.pi):\n    return x\n", "f np"),
            ("import numpy.linalg\nf = numpy.linalg.norm\n", "f numpy"),
            ("f = lambda x: x\nf(3)\n", "f"),
            ("def f(x):\n    return x\nx, h = 1, 2\ng = {f: h}\nfor k in g:\n    print(k, x)\n", "f"),
            ("def d(g):\n    return g\nS = 3\n@d\ndef f(x=S):\n    return x\n", "S d f"),
            ("def f(n):\n    return range(len(n))\nW = f\nfor l in range(len(W)):\n    print(W[l])\n", "f"),
        ],
        ids=str,
    )
    def test_only_statements_that_functions_need_are_run(self, source: str, names: str) -> None:
        found, problems = run_definitions(source, "answer.py", ["f"])
        assert sorted(name for name in found if not name.startswith("__")) == names.split()
        assert problems == []

    def test_the_reference_solution_earns_no_points(self) -> None:
        for source in (
            "from glassnet.lab.given import Softmax\n",
            "def Softmax(x, axis=-1):\n    from glassnet.lab.given import Softmax as S\n    return S(x, axis)\n",
            "import glassnet.lab.given as given\nSoftmax = given.Softmax\n",
        ):
            verdict = check(SOFTMAX, source, "answer.py")
            assert (verdict.state, verdict.points) == (FAILED, 0)
            assert "Softmax is part of this exercise" in verdict_text(verdict)

    def test_functions_are_checked_while_others_are_unimplemented(self) -> None:
        exercise = find_exercise("14")
        blank = exercise.lesson.file_text()
        one = blank.replace(
            "    # YOUR CODE HERE\n    raise NotImplementedError", "    return np.zeros_like(x, float)", 1
        )
        verdict = check(exercise, one, "answer.py")
        assert (verdict.state, [mistake.name for mistake in verdict.mistakes]) == (FAILED, ["linear: zeros"])
        assert "1 of 4 functions implemented; missing: ReLu_derivative" in verdict_text(verdict)
        right = one.replace("np.zeros_like", "np.ones_like")
        verdict = check(exercise, right, "answer.py")
        assert verdict.points == 3
        assert "Next, write ReLu_derivative" in next_step(verdict)

    def test_a_class_that_is_given_is_not_counted_as_written(self) -> None:
        exercise = find_exercise("15b")
        one = exercise.lesson.file_text().replace(
            "    # YOUR CODE HERE\n    raise NotImplementedError",
            "    return Value(a.value + b.value, (a, b), (1.0, 1.0))",
            1,
        )
        assert "1 of 4 functions implemented; missing: times" in verdict_text(check(exercise, one, "answer.py"))

    def test_error_messages_about_sizes_are_explained(self) -> None:
        flat = "def image2vector(image):\n    return image.reshape(image.shape[0] * image.shape[2], 1)\n"
        verdict = check(find_exercise("2"), flat, "answer.py")
        assert "an array of shape (h, w) has no shape[2]" in verdict_text(verdict, is_full=True)
        square = "def convert_image(x):\n    return x.reshape(len(x) ** 0.5, -1)\n"
        assert "sizes and indices have to be integers" in verdict_text(check(find_exercise("3"), square, "answer.py"))

    def test_a_misspelled_function_name_is_suggested(self) -> None:
        verdict = check(SOFTMAX, solved(SOFTMAX).replace("def Softmax", "def soft_max"), "answer.py")
        assert "Softmax is not defined; did you mean soft_max? Rename it to Softmax" in verdict_text(verdict)
        assert "✗" not in verdict_text(verdict)

    def test_an_empty_file_is_reported_as_empty(self) -> None:
        assert "answer.py is empty" in verdict_text(check(SOFTMAX, "\n", "answer.py"))

    def test_an_unneeded_cell_may_be_broken(self) -> None:
        source = solved(SOFTMAX) + "\n# %%\nprint(Softmax([1, 2, 3])\n"
        verdict = check(SOFTMAX, source, "answer.py")
        assert verdict.state == PASSED
        assert "SyntaxError: '(' was never closed; the cell is skipped" in verdict.problem

    def test_an_answer_below_the_template_counts(self) -> None:
        source = SOFTMAX.lesson.file_text() + solved(SOFTMAX)
        assert check(SOFTMAX, source, "answer.py").state == PASSED
        assert unimplemented(source, SOFTMAX.defines) == []

    def test_long_doubles_are_accepted(self) -> None:
        source = solved(SOFTMAX).replace("dtype=float)", "dtype=np.longdouble)")
        assert check(SOFTMAX, source, "answer.py").state == PASSED

    def test_lines_of_a_notebook_are_reported_by_cell(self) -> None:
        source = decode_source("a.ipynb", notebook("import numpy as np", "def Softmax(x, axis=-1):\n    return 1 / 0"))
        assert "in line 2 of code cell 2 of your file" in verdict_text(check(SOFTMAX, source, "a.ipynb"))

    def test_error_messages_of_python_are_explained(self) -> None:
        source = "def Softmax(x, axis=-1):\n    return np.exp(x)\n"
        assert "an import is missing, such as `import numpy as np`" in verdict_text(check(SOFTMAX, source, "answer.py"))

    def test_what_an_answer_prints_is_shown(self) -> None:
        source = "def Softmax(x, axis=-1):\n    print('x is', x)\n    return 3\n"
        assert "Output of your code:\n    x is [ 0.9  0.2" in verdict_text(check(SOFTMAX, source, "answer.py"))

    def test_errors_name_the_line_of_the_learner(self) -> None:
        source = (
            "import numpy as np\n\ndef Softmax(x, axis=-1):\n    y = np.array(x, float)\n    return y.no_such_thing()\n"
        )
        assert "in line 5 of your file" in verdict_text(check(SOFTMAX, source, "answer.py"))


class TestEffort:
    @pytest.mark.parametrize(
        "body",
        [
            "raise ValueError('no')",
            "return 0",
            *(pytest.param(body, marks=pytest.mark.slow) for body in ("return None", "return args[0]")),
        ],
    )
    def test_functions_that_do_no_work_earn_nothing(self, body: str) -> None:
        for exercise in course():
            source = "".join(f"def {name}(*args, **options):\n    {body}\n" for name in exercise.defines)
            checker = checker_for(exercise.folder)
            names: dict[str, Any] = {}
            exec(source, names)
            verdict = checker.verdict([run_case(case, Namespace(names)) for case in exercise.cases])
            assert verdict.points == 0, exercise.key

    def test_an_expected_exception_counts_only_with_a_result_of_the_same_function(self) -> None:
        exercise = find_exercise("2c")
        refuses = "\ndef L1(yhat, y):\n    raise ValueError('no')\n"
        verdict = check(exercise, solved(exercise) + refuses, "answer.py")
        assert verdict.points == sum(case.points for case in exercise.cases if case.name.startswith("L2"))
        assert "These tests count only when another test passes: L1 of a vector" in verdict_text(verdict)


class TestFiles:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
    def test_every_detectable_encoding_is_read(self, encoding: str) -> None:
        text = f"# coding: {encoding}\nx = 'ä'\n" if encoding == "cp1252" else "x = 'ä'\n"
        assert decode_source("a.py", text.encode(encoding)) == text

    def test_a_notebook_is_recognized_by_its_content(self) -> None:
        data = notebook("%matplotlib inline\nx = 1", "y = (2\n     % 4)")
        text = "# %% code cell 1\n# %matplotlib inline\nx = 1\n# %% code cell 2\ny = (2\n     % 4)\n"
        assert decode_source("a.ipynb", data) == decode_source("a.py", data) == text

    def test_binary_files_raise(self) -> None:
        with pytest.raises(ValueError, match="contains null bytes"):
            decode_source("a.py", b"x\0y")
        with pytest.raises(ValueError, match="not a valid notebook"):
            decode_source("a.ipynb", b"[]")


def notebook(*cells: str) -> bytes:
    """A notebook with these code cells."""
    return json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]}).encode()


class TestFacts:
    A = np.array([[1.0, 2.0, 3.5], [0.5, -1.0, 2.0]])

    @pytest.mark.parametrize(
        ("got", "fact"),
        [
            (-A, "every number has the wrong sign; the magnitudes are correct"),
            (7 * A, "every number is 7 times the correct value"),
            (A + 0.25, "every number is 0.25 too large"),
            (A - 0.25, "every number is 0.25 too small"),
            (A.T, "is transposed: the shape should be (2, 3) but is (3, 2)"),
            (A.ravel(), "the numbers are correct, but the shape should be (2, 3) and is (6,)"),
            (A[0], "the shape should be (2, 3) but is (3,)"),
            (0 * A, "all numbers are 0"),
            (A.astype(int), "the numbers are truncated to integers; the array that holds them has an integer dtype"),
            (np.where(A > 3, np.nan, A), "1 of 6 numbers is nan but should be finite"),
            (np.where(A > 1.5, np.inf, A), "3 of 6 numbers are inf but should be finite"),
            (np.where(A > 3, 9.0, A), "1 of 6 numbers is wrong: [0, 2] should be 3.5 but is 9"),
            (OpaqueValue("matrix"), "returns an np.matrix, whose * is a matrix product"),
            (
                OpaqueValue("generator"),
                "should be an array of shape (2, 3) but is an object of type generator",
            ),
            (A > 0, "5 of 6 numbers are wrong: [0, 1] should be 2 but is 1"),
            ("words", "should be an array of shape (2, 3) but is a string"),
        ],
    )
    def test_facts_about_a_value_are_reported(self, got: Any, fact: str) -> None:
        assert about_value(self.A, got)[0].startswith(fact)

    def test_printing_in_place_of_returning_is_reported(self) -> None:
        verdict = check(SOFTMAX, "def Softmax(x, axis=-1):\n    print(x)\n", "answer.py")
        assert "returns None; print shows a value but does not return it" in verdict_text(verdict)


class TestComparing:
    @pytest.mark.parametrize(
        ("expected", "got", "is_same"),
        [
            (np.array([0.1, 0.2]), [0.1, 0.2], True),
            (np.array([0.1, 0.2]), np.array([0.1, 0.2], np.float32), True),
            (np.array([0.1, 0.2]), (0.1, 0.2 + 1e-9), True),
            (np.array([0.1, 0.2]), [0.1, 0.2 + 1e-4], False),
            (np.array([[0.1], [0.2]]), [0.1, 0.2], False),
            (0.5, np.array([0.5]), True),
            (0.5, np.array([[0.5]]), True),
            (0.5, [0.5, 0.5], False),
            (np.array([1.0, 0.0]), [True, False], True),
            (np.array([np.nan, 1.0]), [np.nan, 1.0], True),
            (np.array([1e-300, 1.0]), [0.0, 1.0], True),
            ({"a": 1.0}, {"a": 1.0}, True),
            ({"a": 1.0}, {"b": 1.0}, False),
            ([np.ones(2), np.ones(3)], (np.ones(2), np.ones(3)), True),
            ([np.ones(2), np.ones(3)], [np.ones(2)], False),
            ("yes", "yes", True),
            ("yes", 1, False),
            (None, None, True),
            (np.ones(2), None, False),
        ],
        ids=str,
    )
    def test_values_are_compared_up_to_rounding(self, expected: Any, got: Any, is_same: bool) -> None:
        assert values_equal(expected, got) is is_same
        assert values_equal(decode(encode(expected)), decode(encode(got))) is is_same

    @pytest.mark.parametrize(
        "words",
        [
            {"array": [1, 2], "shape": [3], "dtype": "float64"},
            {"array": ["a"], "shape": [1], "dtype": "object"},
            {"array": [1], "shape": [10**30], "dtype": "float64"},
            {"array": [1], "shape": [1], "dtype": "nonsense"},
            {"array": {}, "shape": 1},
            {"unheard": "of"},
            {"dict": [[1]]},
        ],
        ids=str,
    )
    def test_forged_values_are_harmless(self, words: Any) -> None:
        assert isinstance(decode(words), (OpaqueValue, dict, np.ndarray))
        Observation.from_json({"value": words, "error": 3, "line": "x"})
