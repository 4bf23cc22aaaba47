package dev.sallyport.api.integrations;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.aws.AwsAccess;
import dev.sallyport.aws.AwsSettings;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST …/rds/describe-db-instances}.
 *
 * @param accountIds our own account when there are none
 * @param regions those of the configuration when there are none
 */
@Schema(
        name = "DescribeDbInstances",
        examples = "{\"account_ids\": [\"111111111111\", \"222222222222\"], \"regions\": [\"us-west-2\"]}")
record Search(
        @JsonProperty("account_ids") @Nullable List<@Nullable String> accountIds,
        @Nullable List<@Nullable String> regions) {

    static final int MAX_ACCOUNTS = 500;
    static final int MAX_REGIONS = 40;

    /** Accounts times regions. */
    static final int MAX_PLACES = 2_000;

    /**
     * Account by account, in the order of the request.
     *
     * @param usual the regions when the request names none
     * @throws ProblemException 400 when it names too many, or something that is no account or region
     */
    List<Place> places(AwsAccess access, List<String> usual) {
        List<String> named = accounts(accountIds);
        List<String> where = regions(access, usual);
        List<String> accounts = named.isEmpty() ? List.of(access.identity().accountId()) : named;
        if ((long) accounts.size() * where.size() > MAX_PLACES) {
            throw ProblemException.badRequest(
                    "too_many_places", "a search goes to at most " + MAX_PLACES + " accounts times regions");
        }
        return accounts.stream()
                .flatMap(account -> where.stream().map(region -> new Place(account, region)))
                .toList();
    }

    /** @throws ProblemException 400 when there are too many, or one is none */
    static List<String> accounts(@Nullable List<@Nullable String> ids) {
        List<@Nullable String> asked = ids == null ? List.of() : ids;
        if (asked.size() > MAX_ACCOUNTS) {
            throw ProblemException.badRequest(
                    "too_many_accounts", "account_ids holds at most " + MAX_ACCOUNTS + " accounts");
        }
        return asked.stream().map(Search::account).distinct().toList();
    }

    private List<String> regions(AwsAccess access, List<String> usual) {
        List<@Nullable String> asked = regions == null ? List.of() : regions;
        if (asked.size() > MAX_REGIONS) {
            throw ProblemException.badRequest("too_many_regions", "regions holds at most " + MAX_REGIONS + " regions");
        }
        List<String> named =
                asked.stream().map(region -> region(access, region)).distinct().toList();
        if (!named.isEmpty()) {
            return named;
        }
        return usual.isEmpty() ? List.of(access.region()) : usual;
    }

    private static String region(AwsAccess access, @Nullable String region) {
        try {
            return access.checkRegion(String.valueOf(region));
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest("invalid_region", "regions: " + e.getMessage());
        }
    }

    private static String account(@Nullable String id) {
        try {
            return AwsSettings.checkAccount(String.valueOf(id));
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest("invalid_account_id", "account_ids holds account ids of twelve digits");
        }
    }
}
