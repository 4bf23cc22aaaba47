package dev.sallyport.api.identity;

/** The roles of the API, as the token's claim {@code groups} names them. */
public final class Role {

    public static final String ADMIN = "admin";
    public static final String APPROVER = "approver";
    public static final String AUDITOR = "auditor";
    /** Every authenticated person has it. */
    public static final String USER = "user";

    private Role() {}
}
