package dev.sallyport.api.policies;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.AuthorizationRequest;
import com.cedarpolicy.model.AuthorizationResponse;
import com.cedarpolicy.model.AuthorizationSuccessResponse;
import com.cedarpolicy.model.DetailedError;
import com.cedarpolicy.model.ValidationRequest;
import com.cedarpolicy.model.ValidationResponse;
import com.cedarpolicy.model.entity.Entity;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.exception.CacheException;
import com.cedarpolicy.model.policy.Policy;
import com.cedarpolicy.model.policy.PolicySet;
import com.cedarpolicy.model.schema.Schema;
import com.cedarpolicy.value.EntityUID;
import com.cedarpolicy.value.Value;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Cedar's engine with our schema. It is native code, loaded once; a call takes less than a millisecond and waits for nothing. */
final class Cedar {

    private static final BasicAuthorizationEngine ENGINE = new BasicAuthorizationEngine();
    private static final Schema SCHEMA = schema();

    /** What the engine said: whether it permits, and which policies made it so. */
    record Answer(boolean allowed, Set<String> policies, List<String> failed) {}

    /** Whether the text is one policy that our schema allows; empty when it is. */
    static List<Flaw> flaws(String source, int firstLine) {
        try {
            ValidationResponse response =
                    ENGINE.validate(new ValidationRequest(SCHEMA, new PolicySet(Set.of(new Policy(source, "policy")))));
            return errors(response).map(error -> flaw(error, source, firstLine)).toList();
        } catch (AuthException e) {
            return List.of(new Flaw(firstLine, String.valueOf(e.getMessage()), ""));
        }
    }

    private static Stream<DetailedError> errors(ValidationResponse response) {
        return Stream.concat(
                response.errors.stream().flatMap(List::stream),
                response.success.stream()
                        .flatMap(success -> success.validationErrors.stream())
                        .map(ValidationResponse.ValidationError::getError));
    }

    private static Flaw flaw(DetailedError error, String source, int firstLine) {
        DetailedError cause = error.related.isEmpty() ? error : error.related.getFirst();
        int line = Stream.of(cause, error)
                .flatMap(one -> one.sourceLocations.stream())
                .findFirst()
                .map(place -> firstLine + linesBefore(source, (int) place.start))
                .orElse(firstLine);
        return new Flaw(
                line,
                spoken(cause.message),
                cause.help.or(() -> error.help).map(Cedar::spoken).orElse(""));
    }

    /** Our own placeholder of an id says nothing to anybody. */
    private static String spoken(String message) {
        return message.replace("for policy `policy`, ", "");
    }

    /** Cedar counts bytes. */
    private static int linesBefore(String source, int bytes) {
        byte[] all = source.getBytes(StandardCharsets.UTF_8);
        int lines = 0;
        for (int i = 0; i < Math.min(bytes, all.length); i++) {
            lines += all[i] == '\n' ? 1 : 0;
        }
        return lines;
    }

    /** Parses all, once, for many questions. */
    static PolicySet set(Map<String, String> sourcesById) {
        PolicySet set = new PolicySet(sourcesById.entrySet().stream()
                .map(policy -> new Policy(policy.getValue(), policy.getKey()))
                .collect(java.util.stream.Collectors.toSet()));
        try {
            set.cache();
        } catch (CacheException e) {
            throw new IllegalStateException("the stored policies cannot be read: " + e.getMessage(), e);
        }
        return set;
    }

    /** @throws IllegalStateException when the engine has no answer: then nothing is allowed */
    static Answer ask(
            PolicySet policies,
            EntityUID principal,
            EntityUID action,
            EntityUID resource,
            Map<String, Value> context,
            Set<Entity> entities) {
        try {
            AuthorizationResponse response = ENGINE.isAuthorized(
                    new AuthorizationRequest(
                            principal, action, resource, Optional.of(context), Optional.of(SCHEMA), true),
                    policies,
                    entities);
            AuthorizationSuccessResponse success = response.success.orElseThrow(
                    () -> new IllegalStateException("Cedar did not answer: " + response.errors));
            return new Answer(
                    success.isAllowed(),
                    Set.copyOf(success.getReason()),
                    success.getErrors().stream()
                            .map(AuthorizationSuccessResponse.AuthorizationError::getPolicyId)
                            .toList());
        } catch (AuthException e) {
            throw new IllegalStateException("Cedar did not answer: " + e.getMessage(), e);
        }
    }

    /** An annotation of one policy; empty when it has none of the name. */
    static String annotation(String source, String name) {
        try {
            return Optional.ofNullable(
                            new Policy(source, "policy").getAnnotations().get(name))
                    .orElse("");
        } catch (AuthException e) {
            return "";
        }
    }

    private static Schema schema() {
        try {
            Schema schema = Schema.parse(Schema.JsonOrCedar.Cedar, resource("sallyport.cedarschema"));
            schema.cache();
            return schema;
        } catch (AuthException | CacheException e) {
            throw new IllegalStateException("our own schema is wrong: " + e.getMessage(), e);
        }
    }

    /** A text that comes with the service. */
    static String resource(String name) {
        try (InputStream in = Cedar.class.getResourceAsStream("/cedar/" + name)) {
            if (in == null) {
                throw new IllegalStateException("/cedar/" + name + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Cedar() {}
}
