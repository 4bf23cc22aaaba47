package dev.sallyport.api.databases;

import dev.sallyport.api.problem.ProblemException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The forms of what people write. Each refuses with a problem that names the field. */
final class Fields {

    static final Pattern ID = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
    static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}\\p{P}\\p{S} ]{1,100}");
    static final Pattern ACCOUNT = Pattern.compile("\\d{12}");
    static final Pattern REGION = Pattern.compile("[a-z]{2}(?:-[a-z]+)+-\\d");
    /** CreateCluster in the ECS API reference. */
    static final Pattern CLUSTER = Pattern.compile("[A-Za-z0-9_-]{1,255}");

    static final Pattern INSTANCE = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,62}");
    static final Pattern HOST = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?");
    static final Pattern DATABASE = Pattern.compile("[^\\p{Cntrl}]{1,128}");
    static final Pattern USERNAME = Pattern.compile("[^\\p{Cntrl}]{1,128}");
    static final Pattern SECRET_ARN = Pattern.compile(
            "arn:(?:aws|aws-cn|aws-us-gov):secretsmanager:[a-z]{2}(?:-[a-z]+)+-\\d:\\d{12}:secret:[A-Za-z0-9/_+=.@!-]{1,512}");

    static String present(String field, @Nullable String value, Pattern form, String rule) {
        if (value == null || value.isBlank()) {
            throw ProblemException.badRequest("missing_field", "the field '" + field + "' is missing");
        }
        return checked(field, value, form, rule);
    }

    static String checked(String field, String value, Pattern form, String rule) {
        if (!form.matcher(value).matches()) {
            throw ProblemException.badRequest("invalid_field", "'" + field + "' is " + rule);
        }
        return value;
    }

    static int port(String field, int value) {
        if (value < 1 || value > 65_535) {
            throw ProblemException.badRequest("invalid_field", "'" + field + "' is a port, from 1 to 65535");
        }
        return value;
    }

    private Fields() {}
}
