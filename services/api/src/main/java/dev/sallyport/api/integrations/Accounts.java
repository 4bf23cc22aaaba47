package dev.sallyport.api.integrations;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.aws.AwsAccess;
import dev.sallyport.aws.AwsException;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The accounts that we may look into: those that the configuration names, else those of our organisation. */
@Singleton
final class Accounts {

    private static final String NO_ORGANIZATION = "AWSOrganizationsNotInUseException";

    private final DiscoveryConfig config;

    Accounts(DiscoveryConfig config) {
        this.config = config;
    }

    /** @param status as Organizations says; {@code UNKNOWN} for one that the configuration names */
    @JsonPropertyOrder({"account_id", "name", "email", "status"})
    @Schema(name = "AwsAccount")
    record Account(
            @Schema(examples = "111111111111") String accountId,
            @Schema(examples = "production") String name,
            @Schema(examples = "aws@example.com") String email,
            @Schema(examples = "ACTIVE") String status) {

        private static Account named(String id) {
            return new Account(id, id, "", "UNKNOWN");
        }
    }

    /**
     * In the order of their ids.
     *
     * @throws ProblemException 409 when there is no organisation and the configuration names none
     */
    Page<Account> page(AwsAccess access, PageQuery query) {
        List<Account> all = named().isEmpty() ? ofOrganization(access) : ofConfiguration(access);
        List<Account> rows = all.stream()
                .filter(account -> account.accountId().compareTo(query.after().orElse("")) > 0)
                .sorted(Comparator.comparing(Account::accountId))
                .limit(query.rows())
                .toList();
        return Page.of(rows, query, Account::accountId, account -> account);
    }

    private List<String> named() {
        return config.accounts().orElse(List.of());
    }

    private List<Account> ofConfiguration(AwsAccess access) {
        return Stream.concat(Stream.of(access.askIdentity().accountId()), named().stream())
                .distinct()
                .map(Account::named)
                .toList();
    }

    private static List<Account> ofOrganization(AwsAccess access) {
        try {
            return AwsException.calling(
                    "organizations:ListAccounts",
                    () -> access.home().organizations().listAccountsPaginator().stream()
                            .flatMap(page -> page.accounts().stream())
                            .map(account -> new Account(
                                    account.id(), account.name(), account.email(), account.statusAsString()))
                            .toList());
        } catch (AwsException e) {
            if (e.code().equals(NO_ORGANIZATION)) {
                throw ProblemException.conflict(
                        "aws_no_organization",
                        "our account is in no organisation; name the accounts in account_ids, or in sallyport.aws.accounts");
            }
            throw e;
        }
    }
}
