package io.horde.cluster;

/**
 * This node believes that a member is gone: its names are hidden and its processes are
 * started elsewhere.
 *
 * @param member the member after the change
 */
public record MemberDownEvent(Member member) implements MemberEvent {

}
