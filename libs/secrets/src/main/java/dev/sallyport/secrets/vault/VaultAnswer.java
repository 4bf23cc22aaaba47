package dev.sallyport.secrets.vault;

import com.fasterxml.jackson.databind.JsonNode;

/** What Vault answered; the body is null where there was none. It may hold secrets, so it is never printed. */
record VaultAnswer(int status, JsonNode body) {

    boolean ok() {
        return status >= 200 && status < 300;
    }

    /** The first of {@code errors}; empty when there is none. */
    String error() {
        return body.path("errors").path(0).asText("");
    }

    @Override
    public String toString() {
        return "VaultAnswer[" + status + "]";
    }
}
