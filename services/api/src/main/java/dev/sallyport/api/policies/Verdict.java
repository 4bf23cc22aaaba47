package dev.sallyport.api.policies;

import java.util.List;

/**
 * What the policies answer.
 *
 * @param code stable, for programs; empty when it is allowed
 * @param why in words; empty when it is allowed
 * @param policies those that decided: the permitting ones, or the forbidding ones; none when nothing permits it
 */
public record Verdict(boolean allowed, String code, String why, List<String> policies) {

    static Verdict allowedBy(List<String> policies) {
        return new Verdict(true, "", "", policies);
    }

    static Verdict denied(String code, String why, List<String> policies) {
        return new Verdict(false, code, why, policies);
    }
}
