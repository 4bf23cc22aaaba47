package dev.sallyport.sandbox.aws;

/** Who may use a permission set in an account. */
record Assignment(String permissionSetArn, String accountId, String principalType, String principalId) {}
