package dev.sallyport.kernel;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ARN of an RDS instance: {@code arn:<partition>:rds:<region>:<account>:db:<identifier>}.
 *
 * @param partition {@code aws}, {@code aws-cn} or {@code aws-us-gov}
 * @param region for instance {@code us-west-2}
 * @param accountId twelve digits
 * @param identifier the DB instance identifier: 1 to 63 letters, digits and hyphens, a letter first
 */
public record RdsArn(String partition, String region, String accountId, String identifier) {

    private static final Pattern FORM = Pattern.compile(
            "arn:(aws|aws-cn|aws-us-gov):rds:([a-z]{2}(?:-[a-z]+)+-\\d):(\\d{12}):db:([A-Za-z][A-Za-z0-9-]{0,62})");

    /** @throws IllegalArgumentException when {@code arn} is not the ARN of an RDS instance; the message says why */
    @JsonCreator
    public static RdsArn parse(String arn) {
        Matcher parts = FORM.matcher(arn);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "'" + arn + "' is not the ARN of an RDS instance: arn:aws:rds:<region>:<account>:db:<instance>");
        }
        return new RdsArn(parts.group(1), parts.group(2), parts.group(3), parts.group(4));
    }

    /** The account that the instance belongs to: {@code arn:<partition>:iam::<account>:root}. */
    public String accountArn() {
        return "arn:" + partition + ":iam::" + accountId + ":root";
    }

    /** One database in this instance. */
    public RdsDatabaseId database(String name) {
        return new RdsDatabaseId(this, name);
    }

    @Override
    @JsonValue
    public String toString() {
        return "arn:" + partition + ":rds:" + region + ":" + accountId + ":db:" + identifier;
    }
}
