package dev.sallyport.broker.identitycenter;

import dev.sallyport.aws.AwsClients;
import dev.sallyport.aws.AwsException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.services.ssoadmin.model.AccountAssignmentOperationStatus;
import software.amazon.awssdk.services.ssoadmin.model.PrincipalType;
import software.amazon.awssdk.services.ssoadmin.model.Tag;
import software.amazon.awssdk.services.ssoadmin.model.TargetType;

/**
 * The calls to IAM Identity Center and its identity store, one method each (IAM Identity Center API reference, 2020-07-20). They
 * block and throw {@link AwsException}.
 */
class PermissionSets {

    static final String GRANT_TAG = "sallyport:grant";
    static final String DEPLOYMENT_TAG = "sallyport:deployment";

    private static final String DESCRIPTION = "Made by Sallyport for one grant, and removed with it";

    private final AwsAccounts aws;

    PermissionSets(AwsAccounts aws) {
        this.aws = aws;
    }

    /** How far AWS is with a request. */
    enum Progress {
        IN_PROGRESS,
        SUCCEEDED,
        FAILED
    }

    /** A request that AWS works on by itself. {@code reason} is empty unless it failed. */
    record Request(String id, Progress progress, String reason) {}

    /** A permission set that is there. */
    record Found(String arn, String name, Instant createdAt) {}

    /** Who has a set, and where. */
    record Assigned(String accountId, String principalType, String principalId) {}

    /** The person with this e-mail address. */
    Optional<String> userId(Center center, String email) {
        return AwsException.ifThere(() -> calling(
                center,
                "identitystore:GetUserId",
                aws -> aws.identityStore()
                        .getUserId(r -> r.identityStoreId(center.identityStoreId())
                                .alternateIdentifier(id -> id.uniqueAttribute(attribute -> attribute
                                        .attributePath("emails.value")
                                        .attributeValue(Document.fromString(email)))))
                        .userId()));
    }

    /** Makes the set of a plan; returns its ARN. */
    String create(Plan plan) {
        Center center = plan.center();
        return calling(
                center,
                "sso:CreatePermissionSet",
                aws -> aws.ssoAdmin()
                        .createPermissionSet(r -> r.instanceArn(center.instanceArn())
                                .name(plan.grantId())
                                .description(DESCRIPTION)
                                .sessionDuration(plan.session().toString())
                                .tags(tag(GRANT_TAG, plan.grantId()), tag(DEPLOYMENT_TAG, center.deployment())))
                        .permissionSet()
                        .permissionSetArn());
    }

    /** Looks through all sets, for AWS finds none by its name. */
    Optional<Found> named(Center center, String name) {
        return arns(center).stream()
                .flatMap(arn -> describe(center, arn).stream())
                .filter(set -> set.name().equals(name))
                .findFirst();
    }

    List<String> arns(Center center) {
        return calling(
                center,
                "sso:ListPermissionSets",
                aws -> aws
                        .ssoAdmin()
                        .listPermissionSetsPaginator(r -> r.instanceArn(center.instanceArn()))
                        .permissionSets()
                        .stream()
                        .toList());
    }

    /** Empty when it is gone. */
    Optional<Found> describe(Center center, String arn) {
        return AwsException.ifThere(() -> calling(
                        center,
                        "sso:DescribePermissionSet",
                        aws -> aws.ssoAdmin()
                                .describePermissionSet(
                                        r -> r.instanceArn(center.instanceArn()).permissionSetArn(arn))
                                .permissionSet()))
                .map(set -> new Found(arn, set.name(), set.createdDate()));
    }

    /** Whether a set was made by this deployment for the grant that it is named by. */
    boolean isOurs(Center center, Found set) {
        Map<String, String> tags = calling(
                center,
                "sso:ListTagsForResource",
                aws -> aws
                        .ssoAdmin()
                        .listTagsForResourcePaginator(
                                r -> r.instanceArn(center.instanceArn()).resourceArn(set.arn()))
                        .tags()
                        .stream()
                        .collect(Collectors.toMap(Tag::key, Tag::value)));
        return set.name().equals(tags.get(GRANT_TAG)) && center.deployment().equals(tags.get(DEPLOYMENT_TAG));
    }

    void putPolicy(Plan plan) {
        calling(
                plan.center(),
                "sso:PutInlinePolicyToPermissionSet",
                aws -> aws.ssoAdmin()
                        .putInlinePolicyToPermissionSet(
                                r -> r.instanceArn(plan.center().instanceArn())
                                        .permissionSetArn(plan.setArn())
                                        .inlinePolicy(plan.policy())));
    }

    Request assign(Plan plan) {
        return request(calling(
                plan.center(),
                "sso:CreateAccountAssignment",
                aws -> aws.ssoAdmin()
                        .createAccountAssignment(
                                r -> r.instanceArn(plan.center().instanceArn())
                                        .permissionSetArn(plan.setArn())
                                        .targetId(plan.accountId())
                                        .targetType(TargetType.AWS_ACCOUNT)
                                        .principalType(PrincipalType.USER)
                                        .principalId(plan.principalId()))
                        .accountAssignmentCreationStatus()));
    }

    Request assigning(Plan plan) {
        return request(calling(
                plan.center(),
                "sso:DescribeAccountAssignmentCreationStatus",
                aws -> aws.ssoAdmin()
                        .describeAccountAssignmentCreationStatus(
                                r -> r.instanceArn(plan.center().instanceArn())
                                        .accountAssignmentCreationRequestId(plan.assigning()))
                        .accountAssignmentCreationStatus()));
    }

    Request unassign(Plan plan) {
        return request(calling(
                plan.center(),
                "sso:DeleteAccountAssignment",
                aws -> aws.ssoAdmin()
                        .deleteAccountAssignment(
                                r -> r.instanceArn(plan.center().instanceArn())
                                        .permissionSetArn(plan.setArn())
                                        .targetId(plan.accountId())
                                        .targetType(TargetType.AWS_ACCOUNT)
                                        .principalType(PrincipalType.USER)
                                        .principalId(plan.principalId()))
                        .accountAssignmentDeletionStatus()));
    }

    Request unassigning(Plan plan) {
        return request(calling(
                plan.center(),
                "sso:DescribeAccountAssignmentDeletionStatus",
                aws -> aws.ssoAdmin()
                        .describeAccountAssignmentDeletionStatus(
                                r -> r.instanceArn(plan.center().instanceArn())
                                        .accountAssignmentDeletionRequestId(plan.unassigning()))
                        .accountAssignmentDeletionStatus()));
    }

    /** In all accounts. */
    List<Assigned> assigned(Center center, String setArn) {
        List<String> accounts = calling(
                center,
                "sso:ListAccountsForProvisionedPermissionSet",
                aws -> aws
                        .ssoAdmin()
                        .listAccountsForProvisionedPermissionSetPaginator(
                                r -> r.instanceArn(center.instanceArn()).permissionSetArn(setArn))
                        .accountIds()
                        .stream()
                        .toList());
        List<Assigned> all = new ArrayList<>();
        for (String account : accounts) {
            calling(
                            center,
                            "sso:ListAccountAssignments",
                            aws -> aws
                                    .ssoAdmin()
                                    .listAccountAssignmentsPaginator(r -> r.instanceArn(center.instanceArn())
                                            .permissionSetArn(setArn)
                                            .accountId(account))
                                    .accountAssignments()
                                    .stream()
                                    .toList())
                    .forEach(one -> all.add(new Assigned(account, one.principalTypeAsString(), one.principalId())));
        }
        return all;
    }

    void delete(Plan plan) {
        calling(
                plan.center(),
                "sso:DeletePermissionSet",
                aws -> aws.ssoAdmin()
                        .deletePermissionSet(
                                r -> r.instanceArn(plan.center().instanceArn()).permissionSetArn(plan.setArn())));
    }

    private <T> T calling(Center center, String operation, Function<AwsClients, T> call) {
        return aws.calling(center, operation, call);
    }

    private static Request request(AccountAssignmentOperationStatus status) {
        Progress progress = switch (status.status()) {
            case SUCCEEDED -> Progress.SUCCEEDED;
            case FAILED -> Progress.FAILED;
            case IN_PROGRESS, UNKNOWN_TO_SDK_VERSION -> Progress.IN_PROGRESS;
        };
        return new Request(status.requestId(), progress, text(status.failureReason()));
    }

    private static String text(@Nullable String text) {
        return Objects.requireNonNullElse(text, "");
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }
}
