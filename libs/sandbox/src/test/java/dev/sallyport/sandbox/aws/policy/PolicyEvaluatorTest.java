package dev.sallyport.sandbox.aws.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyEvaluatorTest {

    private static final String TASK = "arn:aws:ecs:eu-west-1:222222222222:task/proxies/0a1b";
    private static final String DOCUMENT = "arn:aws:ssm:eu-west-1::document/AWS-StartPortForwardingSession";
    private static final String SHELL = "arn:aws:ssm:eu-west-1:222222222222:document/SSM-SessionManagerRunShell";

    @Test
    void whatNoStatementSpeaksOfIsDenied() {
        String policy = allowing("\"Action\": \"ssm:StartSession\", \"Resource\": \"" + TASK + "\"");

        assertThat(allows(policy, "ssm:StartSession", TASK)).isTrue();
        assertThat(allows(policy, "ssm:startsession", TASK)).isTrue();
        assertThat(allows(policy, "ssm:SendCommand", TASK)).isFalse();
        assertThat(allows(policy, "ssm:StartSession", TASK + "c")).isFalse();
        assertThat(allows(policy, "ssm:StartSession", TASK.toUpperCase(java.util.Locale.ROOT)))
                .isFalse();
    }

    @Test
    void aDenialWinsWhereverItStands() {
        String policy = """
                {"Version": "2012-10-17", "Statement": [
                  {"Effect": "Deny", "Action": ["ssm:*"], "Resource": ["*:task/proxies/*"]},
                  {"Effect": "Allow", "Action": "*", "Resource": "*"}]}""";

        assertThat(allows(policy, "ssm:StartSession", TASK)).isFalse();
        assertThat(allows(policy, "ecs:StopTask", TASK)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "arn:aws:ecs:*:222222222222:task/proxies/*, true",
        "arn:aws:ecs:eu-west-?:222222222222:task/proxies/0a1b, true",
        "arn:aws:ecs:eu-west-1:222222222222:task/others/*, false",
        "arn:aws:ecs:eu-west-1:333333333333:task/proxies/*, false",
        "arn.aws.ecs.eu-west-1.222222222222.task/proxies/0a1b, false"
    })
    void starsAndQuestionMarksAreWildAndNothingElse(String resource, boolean expected) {
        String policy = allowing("\"Action\": \"ssm:Start*\", \"Resource\": \"" + resource + "\"");

        assertThat(allows(policy, "ssm:StartSession", TASK)).isEqualTo(expected);
    }

    @Test
    void aVariableStandsForItsValueLiterallyAndMatchesNothingWithoutOne() {
        String policy = allowing("\"Action\": \"ssm:TerminateSession\", \"Resource\": \"*:session/${aws:userid}-*\"");

        assertThat(PolicyEvaluator.allows(
                        policy, "ssm:TerminateSession", "a:session/AROA:bob-7", Map.of("aws:UserId", "AROA:bob")))
                .isTrue();
        assertThat(PolicyEvaluator.allows(policy, "ssm:TerminateSession", "a:session/eve-7", Map.of("aws:userid", "*")))
                .isFalse();
        assertThat(allows(policy, "ssm:TerminateSession", "a:session/-7")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"StringEquals\": {\"team\": [\"red\", \"blue\"]}}           | blue  | true",
                "{\"StringEquals\": {\"team\": \"red\"}}                       | blue  | false",
                "{\"StringEquals\": {\"team\": \"red\"}}                       |       | false",
                "{\"StringEqualsIfExists\": {\"team\": \"red\"}}               |       | true",
                "{\"StringEqualsIfExists\": {\"team\": \"red\"}}               | blue  | false",
                "{\"StringNotEquals\": {\"team\": [\"red\", \"green\"]}}       | blue  | true",
                "{\"StringNotEquals\": {\"team\": \"blue\"}}                   | blue  | false",
                "{\"StringNotEquals\": {\"team\": \"blue\"}}                   |       | true",
                "{\"StringLike\": {\"TEAM\": \"b*e\"}}                         | blue  | true",
                "{\"StringNotLike\": {\"team\": \"b*e\"}}                      | blue  | false",
                "{\"Bool\": {\"team\": \"true\"}}                              | true  | true",
                "{\"Bool\": {\"team\": true}}                                  |       | false",
                "{\"BoolIfExists\": {\"team\": \"true\"}}                      |       | true",
                "{\"BoolIfExists\": {\"team\": \"true\"}}                      | false | false",
                "{\"Null\": {\"team\": \"true\"}}                              |       | true",
                "{\"Null\": {\"team\": \"true\"}}                              | blue  | false",
                "{\"ArnLike\": {\"team\": \"arn:*:ecs:*:1:task/*\"}}           | arn:aws:ecs:eu:1:task/a/b | true",
                "{\"ArnLike\": {\"team\": \"arn:*:1:task/*\"}}                 | arn:aws:ecs:eu:1:task/a/b | false",
                "{\"ArnLike\": {\"team\": \"arn:aws:ecs:eu:2:*\"}}             | arn:aws:ecs:eu:1:task/a   | false",
                "{\"StringLike\": {\"team\": \"b*\"}, \"Null\": {\"x\": \"true\"}}  | blue  | true",
                "{\"StringLike\": {\"team\": \"b*\", \"x\": \"1\"}}            | blue  | false"
            })
    void aConditionHoldsAsItsOperatorSays(String condition, String team, boolean expected) {
        String policy = allowing("\"Action\": \"*\", \"Resource\": \"*\", \"Condition\": " + condition);

        assertThat(PolicyEvaluator.allows(
                        policy, "ssm:StartSession", TASK, team == null ? Map.of() : Map.of("Team", team)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no JSON",
                "[]",
                "{\"Version\": \"2012-10-17\"}",
                "{\"Version\": \"2008-10-17\", \"Statement\": {\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}}",
                "{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"allow\", \"Action\": \"*\", \"Resource\": \"*\"}}",
                "{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Allow\", \"NotAction\": \"*\", \"Resource\": \"*\"}}",
                "{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Allow\", \"Action\": \"*\"}}",
                "{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\","
                        + " \"Condition\": {\"DateLessThan\": {\"aws:CurrentTime\": \"2030\"}}}}",
                "{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\","
                        + " \"Condition\": {\"ForAllValues:StringEquals\": {\"a\": \"b\"}}}}"
            })
    void whatIsNotUnderstoodIsAnErrorAndNeverAYes(String policy) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> allows(policy, "ssm:StartSession", TASK));
    }

    @Test
    void withoutTheCheckTheDefaultDocumentStartsUnasked() {
        String unchecked =
                allowing("\"Action\": \"ssm:StartSession\", \"Resource\": [\"" + TASK + "\", \"" + DOCUMENT + "\"]");
        String checked = allowing("\"Action\": \"ssm:StartSession\", \"Resource\": [\"" + TASK + "\", \"" + DOCUMENT
                + "\"], \"Condition\": {\"BoolIfExists\": {\"ssm:SessionDocumentAccessCheck\": \"true\"}}");

        assertThat(PolicyEvaluator.startsSession(unchecked, TASK, SHELL, false, Map.of()))
                .isTrue();
        assertThat(PolicyEvaluator.startsSession(checked, TASK, SHELL, false, Map.of()))
                .isFalse();
        assertThat(PolicyEvaluator.startsSession(unchecked, TASK, SHELL, true, Map.of()))
                .isFalse();
        assertThat(PolicyEvaluator.startsSession(checked, TASK, DOCUMENT, true, Map.of()))
                .isTrue();
    }

    private static boolean allows(String policy, String action, String resource) {
        return PolicyEvaluator.allows(policy, action, resource, Map.of());
    }

    private static String allowing(String elements) {
        return "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", " + elements + "}]}";
    }
}
