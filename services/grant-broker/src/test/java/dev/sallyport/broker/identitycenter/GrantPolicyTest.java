package dev.sallyport.broker.identitycenter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.contracts.grants.ProxyPlace;
import dev.sallyport.sandbox.aws.policy.PolicyEvaluator;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrantPolicyTest {

    private static final ProxyPlace PROXY = new ProxyPlace("orders", "222222222222", "eu-west-1", "proxies");
    private static final String POLICY = GrantPolicy.of(PROXY, Optional.empty());
    private static final String TASK = "arn:aws:ecs:eu-west-1:222222222222:task/proxies/0a1b2c";
    private static final String DOCUMENT = "arn:aws:ssm:eu-west-1::document/AWS-StartPortForwardingSession";
    private static final String SHELL = "arn:aws:ssm:eu-west-1:222222222222:document/SSM-SessionManagerRunShell";
    private static final String SESSION = "arn:aws:ssm:eu-west-1:222222222222:session/alice-0abc";

    @Test
    void startsSessionsToTheTasksWithTheDocumentForPortForwarding() {
        assertThat(starts(POLICY, TASK, DOCUMENT, true)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "arn:aws:ssm:eu-west-1:222222222222:document/SSM-SessionManagerRunShell",
                "arn:aws:ssm:eu-west-1::document/AWS-StartInteractiveCommand",
                "arn:aws:ssm:eu-west-1::document/AWS-StartPortForwardingSessionToRemoteHost",
                "arn:aws:ssm:eu-west-1::document/AWS-StartSSHSession",
                "arn:aws:ssm:eu-west-1:222222222222:document/AWS-StartPortForwardingSession",
                "arn:aws:ssm:us-east-1::document/AWS-StartPortForwardingSession"
            })
    void noOtherDocumentIsAllowed(String document) {
        assertThat(starts(POLICY, TASK, document, true)).isFalse();
    }

    @Test
    void aSessionWithoutADocumentWouldBeAShellAndIsRefused() {
        assertThat(starts(POLICY, TASK, SHELL, false)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "arn:aws:ecs:eu-west-1:222222222222:task/others/0a1b2c",
                "arn:aws:ecs:eu-west-1:222222222222:task/proxies-of-others/0a1b2c",
                "arn:aws:ecs:eu-west-1:333333333333:task/proxies/0a1b2c",
                "arn:aws:ecs:us-east-1:222222222222:task/proxies/0a1b2c",
                "arn:aws:ec2:eu-west-1:222222222222:instance/i-0a1b2c",
                "arn:aws:ssm:eu-west-1:222222222222:managed-instance/mi-0a1b2c"
            })
    void noOtherTargetIsAllowed(String target) {
        assertThat(starts(POLICY, target, DOCUMENT, true)).isFalse();
    }

    @Test
    void withATagOnlyTheTasksThatCarryItAreAllowed() {
        String tagged = GrantPolicy.of(PROXY, Optional.of("sallyport:proxy"));

        assertThat(PolicyEvaluator.startsSession(
                        tagged, TASK, DOCUMENT, true, Map.of("aws:ResourceTag/sallyport:proxy", "orders")))
                .isTrue();
        assertThat(PolicyEvaluator.startsSession(
                        tagged, TASK, DOCUMENT, true, Map.of("aws:ResourceTag/sallyport:proxy", "billing")))
                .isFalse();
        assertThat(starts(tagged, TASK, DOCUMENT, true)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "ssm:TerminateSession, AROA1:alice, true",
        "ssm:ResumeSession, AROA1:alice, true",
        "ssm:TerminateSession, AROA1:bob, false",
        "ssm:ResumeSession, AROA1:bob, false"
    })
    void onlyOnesOwnSessionsAreEndedAndResumed(String action, String owner, boolean expected) {
        assertThat(PolicyEvaluator.allows(
                        POLICY,
                        action,
                        SESSION,
                        Map.of("aws:userid", "AROA1:alice", "ssm:resourceTag/aws:ssmmessages:session-id", owner)))
                .isEqualTo(expected);
        assertThat(PolicyEvaluator.allows(POLICY, action, SESSION, Map.of("aws:userid", "AROA1:alice")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssm:SendCommand",
                "ssm:DescribeSessions",
                "ssm:GetDocument",
                "ecs:ExecuteCommand",
                "ecs:StopTask",
                "secretsmanager:GetSecretValue",
                "sts:AssumeRole",
                "ssmmessages:OpenDataChannel"
            })
    void nothingElseIsAllowed(String action) {
        for (String resource : new String[] {TASK, DOCUMENT, SESSION, "*"}) {
            assertThat(PolicyEvaluator.allows(POLICY, action, resource, Map.of("aws:userid", "AROA1:alice")))
                    .isFalse();
        }
    }

    @Test
    void otherPartitionsHaveTheirOwnNames() {
        String china =
                GrantPolicy.of(new ProxyPlace("orders", "222222222222", "cn-north-1", "proxies"), Optional.empty());

        assertThat(starts(
                        china,
                        "arn:aws-cn:ecs:cn-north-1:222222222222:task/proxies/0a",
                        "arn:aws-cn:ssm:cn-north-1::document/AWS-StartPortForwardingSession",
                        true))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"PT1M, PT1H", "PT1H, PT1H", "PT1H0.5S, PT1H", "PT1H1S, PT1H1S", "PT12H, PT12H", "PT13H, PT12H"})
    void aSessionLastsAsLongAsTheGrantWithinAwssBounds(java.time.Duration grant, java.time.Duration session) {
        assertThat(SsmTransport.session(grant)).isEqualTo(session);
    }

    private static boolean starts(String policy, String target, String document, boolean named) {
        return PolicyEvaluator.startsSession(policy, target, document, named, Map.of("aws:userid", "AROA1:alice"));
    }
}
