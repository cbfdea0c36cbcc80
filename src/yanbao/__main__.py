"""`python -m yanbao` is `yanbao`."""

from yanbao.cli.app import main

main()
