package dev.sallyport.clients.suite;

/** How one test ended. */
public enum Ending {
    PASSED,
    FAILED,
    /** An assumption of its own did not hold, or its authors have disabled it. */
    SKIPPED
}
