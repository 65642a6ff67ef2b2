package dev.weft.smoke.harm.app;

import java.util.ArrayList;
import java.util.List;

/**
 * One request shape: what the application asks and how the server behaves.
 *
 * @param name unique
 * @param method HTTP method
 * @param body {@code none}, {@code bytes:N} (repeatable), {@code stream:N} (readable once, length
 *     unknown)
 * @param server behaviour of {@code HarmServer}
 * @param option {@code -}, or one of follow, cookies, auth, timeout, cancel, expect, refused,
 *     unknown-host, proxy, header
 * @param repeats requests in a row with one client
 */
public record Shape(
    String name, String method, String body, String server, String option, int repeats) {

  /** Every shape, in a fixed order. */
  public static List<Shape> all() {
    List<Shape> all = new ArrayList<>();
    for (String method : List.of("GET", "HEAD", "DELETE", "OPTIONS", "PUT", "POST", "PATCH")) {
      add(all, method, "none", "ok", "-", 1);
    }
    for (String body :
        List.of(
            "bytes:0",
            "bytes:1",
            "bytes:10000",
            "bytes:1000000",
            "stream:0",
            "stream:5000",
            "stream:300000")) {
      add(all, "POST", body, "ok", "-", 1);
    }
    add(all, "PUT", "bytes:100", "ok", "-", 2);
    for (String server :
        List.of(
            "empty",
            "large",
            "chunked",
            "chunked-large",
            "close-delimited",
            "gzip",
            "s204",
            "s304",
            "s404",
            "s500",
            "s503",
            "info103",
            "slow",
            "dribble",
            "many-headers",
            "twice-header",
            "reset",
            "close",
            "reset-body",
            "truncated",
            "malformed",
            "bad-chunk",
            "bad-length",
            "half-close",
            "http10",
            "no-reason")) {
      add(all, "GET", "none", server, "-", 1);
    }
    for (String server : List.of("reset", "close", "s503", "early-reply", "s413-close")) {
      add(all, "POST", "bytes:20000", server, "-", 1);
    }
    for (String status : List.of("301", "302", "303", "307", "308")) {
      add(all, "GET", "none", "redirect" + status, "follow", 1);
      add(all, "POST", "bytes:10", "redirect" + status, "follow", 1);
    }
    add(all, "GET", "none", "redirect302", "-", 1);
    add(all, "GET", "none", "redirect-loop", "follow", 1);
    add(all, "GET", "none", "ok", "-", 4);
    add(all, "GET", "none", "close-after", "-", 3);
    add(all, "POST", "bytes:50", "close-after", "-", 2);
    add(all, "GET", "none", "cookie", "cookies", 2);
    add(all, "GET", "none", "auth", "auth", 2);
    add(all, "POST", "bytes:30", "auth", "auth", 1);
    add(all, "GET", "none", "silent", "timeout", 1);
    add(all, "GET", "none", "head-then-silent", "timeout", 1);
    add(all, "GET", "none", "silent", "cancel", 1);
    add(all, "POST", "bytes:500", "ok", "expect", 1);
    add(all, "GET", "none", "ok", "header", 1);
    add(all, "GET", "none", "ok", "refused", 1);
    add(all, "POST", "bytes:10", "ok", "refused", 1);
    add(all, "GET", "none", "ok", "proxy", 1);
    return all;
  }

  private static void add(
      List<Shape> all, String method, String body, String server, String option, int repeats) {
    String name = String.join(" ", method, body, server, option, "x" + repeats);
    all.add(new Shape(name, method, body, server, option, repeats));
  }
}
