package dev.sallyport.api.policies;

import com.cedarpolicy.model.entity.Entity;
import com.cedarpolicy.value.DateTime;
import com.cedarpolicy.value.EntityTypeName;
import com.cedarpolicy.value.EntityUID;
import com.cedarpolicy.value.PrimString;
import com.cedarpolicy.value.Value;
import dev.sallyport.contracts.grants.Grantee;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** People, databases and circumstances as the entities of our schema. */
final class CedarEntities {

    private static final EntityTypeName ACTION = type("Action");
    private static final EntityTypeName USER = type("User");
    private static final EntityTypeName GROUP = type("Group");
    private static final EntityTypeName ACCOUNT = type("Account");
    private static final EntityTypeName INSTANCE = type("Instance");
    private static final EntityTypeName DATABASE = type("Database");
    private static final EntityTypeName ENTITLEMENT = type("Entitlement");
    private static final EntityTypeName NOBODY = type("Nobody");
    /** Cedar's datetime knows milliseconds. */
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    static EntityUID action(String name) {
        return ACTION.of(name);
    }

    static EntityUID user(String subject) {
        return USER.of(subject);
    }

    static EntityUID nobody() {
        return NOBODY.of("nobody");
    }

    static EntityUID entitlement(Resource resource) {
        return ENTITLEMENT.of(resource.id());
    }

    static Map<String, Value> circumstances(Question question) {
        Map<String, Value> context = new HashMap<>();
        context.put("owner", user(question.owner().subject()));
        context.put("workflow", new PrimString(question.workflow()));
        context.put("reason", new PrimString(question.reason()));
        context.put("ticket", new PrimString(question.ticket()));
        context.put("now", time(question.now()));
        return context;
    }

    private static Value time(Instant now) {
        return new DateTime(TIME.format(now));
    }

    /** The person who asks, the owner, and the resource with what it is in. */
    static Set<Entity> of(Question question) {
        Map<EntityUID, Entity> entities = new LinkedHashMap<>();
        put(entities, user(question.owner(), Set.of()));
        // Last: when both are one, the groups are known.
        put(entities, user(question.person().grantee(), question.person().roles()));
        of(question.resource()).forEach(entity -> put(entities, entity));
        return new HashSet<>(entities.values());
    }

    static Set<Entity> of(Resource resource) {
        EntityUID account = ACCOUNT.of(resource.target().instance().accountId());
        EntityUID instance = INSTANCE.of(resource.target().instance().toString());
        EntityUID database = DATABASE.of(resource.target().toString());
        return Set.of(
                new Entity(account),
                new Entity(instance, Set.of(account)),
                new Entity(database, Set.of(instance)),
                new Entity(entitlement(resource), attributes(resource), Set.of(database), strings(resource.tags())));
    }

    private static Map<String, Value> attributes(Resource resource) {
        return strings(Map.of(
                "engine", resource.engine(),
                "role", resource.role(),
                "account", resource.target().instance().accountId(),
                "region", resource.target().instance().region(),
                "instance", resource.target().instance().identifier(),
                "database", resource.target().database(),
                "name", resource.name()));
    }

    private static Entity user(Grantee person, Set<String> groups) {
        return new Entity(
                user(person.subject()),
                strings(Map.of("subject", person.subject(), "name", person.name(), "email", person.email())),
                groups.stream().map(GROUP::of).collect(Collectors.toSet()));
    }

    private static Map<String, Value> strings(Map<String, String> values) {
        return values.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> new PrimString(entry.getValue())));
    }

    private static void put(Map<EntityUID, Entity> entities, Entity entity) {
        entities.put(entity.getEUID(), entity);
    }

    private static EntityTypeName type(String name) {
        return EntityTypeName.parse(name).orElseThrow();
    }

    private CedarEntities() {}
}
