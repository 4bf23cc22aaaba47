# psql in a terminal: \watch, and Ctrl-C at what runs. Prints what the terminal shows, without what differs from run to run.
import os
import pty
import re
import select
import sys
import time

PROMPT = "#> "
PATIENCE_SECONDS = 60

child, terminal = pty.fork()
if child == 0:
    os.environ["TERM"] = "dumb"
    os.execvp("psql", ["psql", "-X", "-n", "-v", "PROMPT1=" + PROMPT, "-v", "PROMPT3=copy> ", "-P", "pager=off"])

shown = ""


def wait_for(pattern):
    """Reads until the pattern is shown, and returns what was shown up to its end."""
    global shown
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        found = re.search(pattern, shown, re.DOTALL)
        if found:
            before, shown = shown[: found.end()], shown[found.end():]
            return before.replace("\r", "")
        if time.monotonic() > deadline or not select.select([terminal], [], [], PATIENCE_SECONDS)[0]:
            sys.exit("waited in vain for " + pattern + " behind: " + shown)
        shown += os.read(terminal, 65536).decode()


def type_in(text):
    os.write(terminal, text.encode())


def interrupt():
    type_in("\x03")


def say(sql, until=PROMPT):
    type_in(sql + "\n")
    print(wait_for(re.escape(until)))


wait_for(re.escape(PROMPT))
say("\\set VERBOSITY verbose")
say("CREATE TABLE watched (n int);")

# Another statement each time; Ctrl-C ends the watching.
type_in("SELECT count(*) < 1000 AS watching FROM watched \\watch 0.2\n")
wait_for("(watching.*?\\(1 row\\).*?){5}")
interrupt()
wait_for("\n" + re.escape(PROMPT))
print("watched five times")

# Ctrl-C at what runs, which has said that it does: a request to cancel over a connection of its own.
SLEEP = "DO $$ BEGIN RAISE NOTICE 'asleep'; PERFORM pg_sleep(60); END $$;"
type_in(SLEEP + "\n")
wait_for("NOTICE: +[0-9]+: +asleep")
interrupt()
print(wait_for("\n" + re.escape(PROMPT)))
say("SELECT 'awake';")

# In a transaction, which fails by it.
say("BEGIN;")
say("INSERT INTO watched VALUES (1);")
type_in(SLEEP + "\n")
wait_for("NOTICE: +[0-9]+: +asleep")
interrupt()
print(wait_for("\n" + re.escape(PROMPT)))
say("SELECT 'in a failed transaction';")
say("ROLLBACK;")

# Ctrl-C within a copy from the terminal.
say("COPY watched FROM STDIN;", "copy> ")
say("1", "copy> ")
interrupt()
print(re.sub("line \\d+", "line <n>", wait_for(re.escape(PROMPT))))
say("SELECT count(*) FROM watched;")
say("DROP TABLE watched;")
type_in("\\q\n")
_, status = os.waitpid(child, 0)
print("status", os.waitstatus_to_exitcode(status))
