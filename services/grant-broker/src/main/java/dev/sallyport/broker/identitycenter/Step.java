package dev.sallyport.broker.identitycenter;

/** Where a provisioning is. The picture is in the description of the package. */
enum Step {
    FIND_USER(false, false),
    CREATE_SET(false, false),
    PUT_POLICY(false, false),
    ASSIGN(true, false),
    AWAIT_ASSIGNMENT(true, true),
    STANDS(false, false),
    FIND_SET(false, false),
    SETTLE(true, true),
    END_SESSIONS(false, false),
    UNASSIGN(true, false),
    AWAIT_UNASSIGNMENT(true, true),
    DELETE_SET(false, false),
    REDISCOVER(false, false);

    private final boolean needsAccount;
    private final boolean polls;

    Step(boolean needsAccount, boolean polls) {
        this.needsAccount = needsAccount;
        this.polls = polls;
    }

    /** Whether nobody else may be assigning in the account meanwhile. */
    boolean needsAccount() {
        return needsAccount;
    }

    /** Whether it asks how far AWS is, rather than for something to be done. */
    boolean polls() {
        return polls;
    }
}
