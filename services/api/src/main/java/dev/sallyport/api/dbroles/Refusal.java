package dev.sallyport.api.dbroles;

/**
 * A rule said no to a new job.
 *
 * @param status of the HTTP answer
 */
record Refusal(int status, String code, String detail) {

    static Refusal badRequest(String code, String detail) {
        return new Refusal(400, code, detail);
    }

    static Refusal conflict(String code, String detail) {
        return new Refusal(409, code, detail);
    }
}
