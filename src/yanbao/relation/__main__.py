"""`python -m yanbao.relation` prints the docs page of all relations."""

import sys

from yanbao.relation.docs_page import page

sys.stdout.write(page())
