package dev.sallyport.sandbox.aws.policy;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What is asked of a policy. Condition keys know no case. */
record Request(String action, String resource, Map<String, String> context) {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]*)}");

    Request {
        context = context.entrySet().stream()
                .collect(Collectors.toMap(entry -> entry.getKey().toLowerCase(Locale.ROOT), Map.Entry::getValue));
    }

    Optional<String> value(String key) {
        return Optional.ofNullable(context.get(key.toLowerCase(Locale.ROOT)));
    }

    /**
     * A pattern of a policy with its variables filled in, as a regular expression in which {@code *} and {@code ?} are wild; what
     * a variable stands for is taken literally. Empty when a variable has no value: then nothing matches.
     */
    Optional<Pattern> wild(String pattern) {
        StringBuilder regex = new StringBuilder();
        Matcher variables = VARIABLE.matcher(pattern);
        int from = 0;
        while (variables.find()) {
            regex.append(glob(pattern.substring(from, variables.start())));
            Optional<String> literal = literal(variables.group(1));
            if (literal.isEmpty()) {
                return Optional.empty();
            }
            regex.append(Pattern.quote(literal.get()));
            from = variables.end();
        }
        return Optional.of(
                Pattern.compile(regex.append(glob(pattern.substring(from))).toString(), Pattern.DOTALL));
    }

    /** A text of a policy with its variables filled in; empty when one has no value. */
    Optional<String> filled(String text) {
        Matcher variables = VARIABLE.matcher(text);
        StringBuilder filled = new StringBuilder();
        while (variables.find()) {
            Optional<String> literal = literal(variables.group(1));
            if (literal.isEmpty()) {
                return Optional.empty();
            }
            variables.appendReplacement(filled, Matcher.quoteReplacement(literal.get()));
        }
        return Optional.of(variables.appendTail(filled).toString());
    }

    /** {@code ${*}}, {@code ${?}} and {@code ${$}} stand for themselves. */
    private Optional<String> literal(String variable) {
        return variable.matches("[*?$]") ? Optional.of(variable) : value(variable);
    }

    private static String glob(String text) {
        StringBuilder regex = new StringBuilder();
        for (char c : text.toCharArray()) {
            switch (c) {
                case '*' -> regex.append(".*");
                case '?' -> regex.append('.');
                default -> regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return regex.toString();
    }
}
