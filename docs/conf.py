"""Configuration of the documentation site: `make docs` writes it to docs/_build/html, readable without a network."""

import sys
from pathlib import Path

import glassnet as gn

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

# `gn.losses` is an attribute, not a module of that path; autodoc imports what it documents by its path.
SUBMODULES = ("activations", "images", "initializers", "intervals", "losses", "metrics", "optimizers", "schedules")
sys.modules.update({f"glassnet.{name}": getattr(gn, name) for name in SUBMODULES})

project = "glassnet"
author = "The glassnet developers"
copyright = author  # noqa: A001 - Sphinx's name
version = release = gn.__version__

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
    "cli_reference",
    "docstrings",
    "mathml",
    "offline",
]
exclude_patterns = ["_build", "gallery/*.ipynb", "gallery/*.md5"]
templates_path = ["_templates"]

# Markdown
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

smartquotes = False  # it would turn --target into –target

# API reference
autosummary_generate = True
autodoc_member_order = "bysource"
autodoc_typehints = "none"
toc_object_entries_show_parents = "hide"
numpydoc_show_class_members = False
numpydoc_validation_checks: set[str] = set()
default_role = "py:obj"
python_use_unqualified_type_names = True
python_display_short_literal_types = True

# Gallery
sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "gallery",
    "filename_pattern": r"\.py$",
    "within_subsection_order": "FileNameSortKey",
    "download_all_examples": False,
    "show_signature": False,
    "show_memory": False,
    "write_computation_times": False,
    "abort_on_example_error": True,
    "capture_repr": (),
    "image_scrapers": ("matplotlib",),
}

# HTML: nothing is fetched from elsewhere; formulas are MathML, which browsers draw themselves.
html_theme = "pydata_sphinx_theme"
html_math_renderer = "mathml"
html_title = "glassnet"
html_logo = "_static/logo.svg"
html_favicon = "_static/logo.svg"
html_static_path = ["_static"]
html_css_files = ["glassnet.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "logo": {"text": "glassnet"},
    "navbar_align": "left",
    "navbar_end": ["theme-switcher"],
    "header_links_before_dropdown": 6,
    "show_toc_level": 2,
    "navigation_with_keys": False,
    "footer_start": ["copyright"],
    "footer_end": [],
    "back_to_top_button": False,
}
html_sidebars = {"changelog": [], "glossary": [], "contributing": []}
