package payroll

import (
	"cmp"
	"context"
	"slices"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/member"
	"kpdk/hooks/notice"
	"kpdk/hooks/policy"
)

// Channels: how the co-op gets what a member owes. Whoever has no channel of their own is deducted by the
// payroll officer of the work unit.
const (
	ChannelOfficer = member.ByOfficer
	ChannelBank    = member.ByBank // the bank takes it from the member's account
	ChannelSelf    = member.BySelf // the member pays
	// channelUnused marks a channel that the co-op's policy doesn't name.
	channelUnused = "unused"
)

// ChannelChange says by which channel a member's money comes from a date on.
type ChannelChange struct {
	Channel   string     `json:"channel"`
	ValidFrom clock.Date `json:"valid_from"`
}

// ChannelSet is a member's channel as decided.
type ChannelSet struct {
	Member int64 `json:"member"`
	ChannelChange
}

// SetChannel decides a member's channel. Drafts that begin later follow it.
func SetChannel(ctx context.Context, app core.App, key string, by act.Actor, number int64, in ChannelChange) (ChannelSet, bool, error) {
	var bad fault.Input
	bad.Check(slices.Contains(policy.Channels.Allowed, in.Channel), "channel", "payroll.channel_unknown")
	_, ok := clock.ParseDate(string(in.ValidFrom))
	bad.Check(ok, "valid_from", "input.date")
	if err := bad.Err(); err != nil {
		return ChannelSet{}, false, err
	}
	out := ChannelSet{number, in}
	return act.Do(ctx, app, act.Act{Kind: "payroll.set_channel", Key: key, Input: out, By: by}, func(tx *act.Tx) (ChannelSet, error) {
		if _, err := member.Find(tx, number); err != nil {
			return out, err
		}
		used, err := policy.Channels.On(tx, in.ValidFrom)
		if err != nil {
			return out, err
		}
		if !slices.Contains(used, in.Channel) {
			return out, fault.Refused("payroll.channel_unused")
		}
		notice.Tell(tx, app, number, "payroll", in.Channel)
		return out, member.DateChannel(tx, number, in.Channel, in.ValidFrom)
	})
}

// channelOf is the channel that decides: "" for the usual one, channelUnused for one that the policy doesn't name.
func channelOf(channel string, used []string) string {
	if !slices.Contains(used, cmp.Or(channel, ChannelOfficer)) {
		return channelUnused
	}
	return channel
}
