package payroll

import (
	"encoding/json"
	"strings"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/policy"
)

// fromFlag is the date from which something holds; today when none is given.
func fromFlag(c *command.Call) clock.Date {
	if c.Flags["from"] == "" {
		return clock.Of(c.App).Today()
	}
	return clock.Date(c.Flags["from"])
}

func rulesCommand(c *command.Call) (int, error) {
	rules, err := rulesOf(act.Read(c.App), clock.Of(c.App).Today())
	return c.Tell(map[string]any{"rules": rules}, err, func() {
		for _, r := range rules {
			c.Say("payroll.say.rule", map[string]any{"key": strings.TrimPrefix(r.Key, "payroll."), "value": string(r.Value)})
			for _, next := range r.Next {
				c.Say("payroll.say.rule_next", map[string]any{"from": next.ValidFrom, "value": string(next.Value)})
			}
		}
	})
}

// ruleCommand decides a rule of the cycle. Words that are no JSON stand for a text, or with commas for a list.
func ruleCommand(c *command.Call) (int, error) {
	key, text := c.Flags["key"], strings.TrimSpace(c.Flags["value"])
	if !strings.HasPrefix(key, "payroll.") {
		key = "payroll." + key
	}
	value := json.RawMessage(text)
	if !json.Valid(value) {
		var said any = text
		if isList(key) {
			said = strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
		}
		value, _ = json.Marshal(said) // texts: it cannot fail
	}
	s, _, err := SetRule(c.Ctx, c.App, ulid.New(), act.ByConsole, policy.Setting{Key: key, Value: value, ValidFrom: fromFlag(c)})
	return c.Tell(s, err, func() {
		c.Say("payroll.say.rule_set", map[string]any{"key": strings.TrimPrefix(s.Key, "payroll."), "value": string(s.Value), "from": s.ValidFrom})
	})
}

func isList(key string) bool {
	for _, l := range cycleLists {
		if l.Key == key {
			return true
		}
	}
	return false
}
