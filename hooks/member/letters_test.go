package member_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/member"
)

// A sheet for each person, made once: who lost the file prints new ones, and the old are void.
func TestLettersAreMadeOnce(t *testing.T) {
	app, ctx := testapp.New(t), context.Background()
	numbers := invited(t, app, 3)
	key := ulid.New()
	raw, err := member.PrintLetters(ctx, app, key, manager, "id", "https://koperasi.contoh.id", numbers)
	if err != nil || !bytes.HasPrefix(raw, []byte("%PDF-")) || bytes.Count(raw, []byte("/Type /Page\n")) != 3 {
		t.Fatalf("%d pages: %v", bytes.Count(raw, []byte("/Type /Page\n")), err)
	}
	before := count(t, app, "SELECT count(DISTINCT hash) FROM invitations")
	var refused *fault.Fault
	if _, err := member.PrintLetters(ctx, app, key, manager, "id", "https://koperasi.contoh.id", numbers); !errors.As(err, &refused) || refused.Code != "login.code_shown_once" {
		t.Errorf("the same again: %v", err)
	}
	if before != 3 || count(t, app, "SELECT count(*) FROM invitations") != 3 {
		t.Errorf("%d codes", before)
	}
	in := terms("cash")
	in.Members = numbers[:1]
	must[member.Joined](t)(member.JoinMembers(ctx, app, ulid.New(), manager, "id", in))
	if _, err := member.PrintLetters(ctx, app, ulid.New(), manager, "id", "https://koperasi.contoh.id", numbers); !errors.As(err, &refused) || refused.Code != "member.not_invited" {
		t.Errorf("a letter for a member: %v", err)
	}
}
