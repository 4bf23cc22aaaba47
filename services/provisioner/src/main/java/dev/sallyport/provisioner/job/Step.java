package dev.sallyport.provisioner.job;

import java.util.Locale;

/** A step of a job; {@link JobKind} says which ones a job has. */
enum Step {
    /** Changes nothing: refuses what could not be done. */
    PREFLIGHT,
    /** The security group. */
    NETWORK,
    /** Credentials of the master that log in. */
    MASTER,
    /** The three roles, and a new password for each. */
    ROLES,
    /** Changes nothing: tells what would be changed. */
    PLAN,
    /** The roles out of every database. */
    REMOVE_ROLES,
    /** The security group off the instance, and away. */
    REMOVE_NETWORK,
    /** The roles' secrets out of their store. */
    REMOVE_SECRETS;

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Step ofLabel(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
