package dev.sallyport.sandbox.oidc;

import dev.sallyport.sandbox.http.LoopbackServer.Reply;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The pages that people see: who they are, and whether a command line may act for them. */
final class LoginPage {

    private static final Set<String> TYPED = Set.of("username", "password", "user_code", "decision");

    static Reply authorize(Map<String, String> fields, String complaint) {
        String hidden = fields.entrySet().stream()
                .filter(field -> !TYPED.contains(field.getKey()))
                .map(field -> "<input type=hidden name=\"" + escape(field.getKey()) + "\" value=\""
                        + escape(field.getValue()) + "\">")
                .collect(Collectors.joining());
        return page("Who are you on this machine?", complaint, "/authorize", hidden, "<button>Log in</button>");
    }

    static Reply device(Map<String, String> fields, String complaint) {
        String code = "<label for=user_code>Code that the command line shows</label>"
                + "<input id=user_code name=user_code autocomplete=off required value=\""
                + escape(fields.getOrDefault("user_code", "")) + "\">";
        return page(
                "Let a command line in?",
                complaint,
                "/device",
                code,
                "<button name=decision value=allow>Let it in as me</button>"
                        + "<button name=decision value=deny>No, that was not me</button>");
    }

    static Reply told(String title, String text) {
        return html(200, STYLED.formatted(escape(title), "<p>" + escape(text) + "</p>"));
    }

    private static Reply page(String title, String complaint, String action, String inputs, String buttons) {
        String users = Arrays.stream(LocalUser.values())
                .map(user -> "<option value=" + user.login() + ">" + user.login() + " — "
                        + String.join(", ", user.groups()) + "</option>")
                .collect(Collectors.joining());
        String alert = complaint.isEmpty() ? "" : "<p role=alert>" + escape(complaint) + "</p>";
        return html(200, STYLED.formatted(escape(title), FORM.formatted(alert, action, inputs, users, buttons)));
    }

    private static Reply html(int status, String body) {
        return Reply.of(status, "text/html; charset=utf-8", body);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static final String STYLED = """
            <!doctype html>
            <html lang=en>
            <meta charset=utf-8>
            <meta name=viewport content="width=device-width">
            <title>Sallyport on this machine</title>
            <style>
              body { font: 16px/1.5 system-ui, sans-serif; margin: 12vh auto; max-width: 22rem; padding: 0 1rem; }
              h1 { font-size: 1.25rem } label { display: block; margin: 1rem 0 .25rem }
              select, input, button { font: inherit; width: 100%%; box-sizing: border-box; padding: .5rem }
              button { margin-top: 1.5rem } button + button { margin-top: .5rem } p[role=alert] { color: #b00020 }
              :root { color-scheme: light dark }
            </style>
            <h1>%s</h1>
            %s
            """;

    private static final String FORM = """
            <p>A login for development. The password is in <code>local-password</code> of the issuer's folder.</p>
            %s
            <form method=post action=%s>
              %s
              <label for=username>User</label>
              <select id=username name=username autofocus>%s</select>
              <label for=password>Local password</label>
              <input id=password name=password type=password autocomplete=current-password required>
              %s
            </form>
            """;

    private LoginPage() {}
}
