package dev.sallyport.sandbox.sqlserver;

import java.util.Set;
import java.util.TreeSet;

/** A login of the server. Guarded by the instance's lock. */
final class Login {

    final int id;
    final String name;
    final Sid sid;
    final Set<String> roles = new TreeSet<>();
    String password;
    boolean disabled;
    boolean policyChecked = true;
    boolean expirationChecked;
    String defaultDatabase = "master";

    Login(int id, String name, Sid sid, String password) {
        this.id = id;
        this.name = name;
        this.sid = sid;
        this.password = password;
    }
}
