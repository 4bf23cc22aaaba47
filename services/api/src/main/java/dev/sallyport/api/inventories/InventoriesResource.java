package dev.sallyport.api.inventories;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.sallyport.api.database.StoredJson;
import dev.sallyport.api.database.Transactions;
import dev.sallyport.api.identity.Caller;
import dev.sallyport.api.identity.Role;
import dev.sallyport.api.problem.ProblemException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

@Path("/api/access/inventories")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "access rules")
class InventoriesResource {

    private static final int MOST_ITEMS = 2_000;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final Pattern KIND = Pattern.compile("[A-Za-z]{1,40}");
    private static final TypeReference<List<Item>> ITEMS = new TypeReference<>() {};

    private final Transactions transactions;
    private final Caller caller;
    private final InstantSource clock;

    InventoriesResource(Transactions transactions, Caller caller, InstantSource clock) {
        this.transactions = transactions;
        this.caller = caller;
        this.clock = clock;
    }

    @Schema(name = "InventoryItem")
    record Item(@Nullable String kind, @Nullable String name) {}

    @Schema(name = "InventoryBody")
    record Body(@Nullable List<Item> items) {}

    @Schema(name = "Inventory")
    record View(String owner, List<Item> items, Instant updatedAt, String updatedBy) {

        static View of(InventoryRow row) {
            return new View(row.owner, StoredJson.read(row.items, ITEMS), row.updatedAt, row.updatedBy);
        }
    }

    @GET
    @Path("/{owner}")
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(operationId = "getInventory", summary = "What the files of this owner have made")
    public View get(@PathParam("owner") String owner) {
        return transactions
                .call(() -> InventoryRow.<InventoryRow>findById(owner)
                        .map(row -> Optional.ofNullable(row).map(View::of)))
                .orElseThrow(() -> ProblemException.notFound("inventory", owner));
    }

    @PUT
    @Path("/{owner}")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Role.ADMIN)
    @Operation(
            operationId = "putInventory",
            summary = "Note what the files of this owner have made; it changes nothing else")
    public View put(@PathParam("owner") String owner, @Nullable Body body) {
        if (!NAME.matcher(owner).matches()) {
            throw refused(
                    "an owner has 1 to 63 letters, digits, dots, hyphens and underscores, a letter or digit first");
        }
        String items = StoredJson.write(checked(body));
        String by = caller.subject();
        return transactions.call(() -> InventoryRow.<InventoryRow>findById(owner)
                .chain(known -> {
                    InventoryRow row = known == null ? new InventoryRow() : known;
                    row.owner = owner;
                    row.items = items;
                    row.updatedAt = clock.instant();
                    row.updatedBy = by;
                    return known == null
                            ? row.<InventoryRow>persist().map(View::of)
                            : Uni.createFrom().item(View.of(row));
                }));
    }

    private static List<Item> checked(@Nullable Body body) {
        List<Item> items = body == null ? null : body.items();
        if (items == null || items.size() > MOST_ITEMS) {
            throw refused("items are what was made, each with kind and name, " + MOST_ITEMS + " at most");
        }
        for (Item item : items) {
            if (item == null
                    || item.kind() == null
                    || item.name() == null
                    || !KIND.matcher(item.kind()).matches()
                    || !NAME.matcher(item.name()).matches()) {
                throw refused("each of items has a kind and a name");
            }
        }
        return items;
    }

    private static ProblemException refused(String why) {
        return ProblemException.badRequest("invalid_field", why);
    }
}
