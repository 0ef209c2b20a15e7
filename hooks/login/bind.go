// Package login knows who is logged in where, and how somebody comes in: with a password, with a code
// sent by e-mail, with a code that the manager hands out, with a passkey. Each login opens a session; a token of
// PocketBase's counts only as long as its session does. Tries are counted by account and not by address: a whole
// office sits behind one, and meeting day would lock it out. Only applications, which guess at no account, are counted
// by address too, with room for an office.
package login

import (
	"net/http"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/hook"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/web"
)

// The collections whose logins have sessions. Managers have none: their login is PocketBase's own.
const (
	members   = "members"
	operators = "operators"
)

func keepsSessions(collection string) bool { return collection == members || collection == operators }

// afterToken runs a middleware when PocketBase knows the caller, before any route.
const afterToken = apis.DefaultLoadAuthTokenMiddlewarePriority + 1

// Bind watches over logins; these hooks hold for commands and crons too.
func Bind(app core.App) {
	known := &sessions{known: map[string]session{}}
	app.Store().Set(sessionsKey, known)
	web.AskFresh(app, known.fresh)
	app.OnRecordAuthRequest().BindFunc(refuseLeavers)
	app.OnRecordAuthRequest(members, operators).BindFunc(known.admit)
	app.OnRecordUpdateExecute(members, operators).BindFunc(known.endWithKey)
	app.OnRecordDeleteExecute(members, operators).BindFunc(known.endWithRecord)
	app.OnRealtimeSubscribeRequest().BindFunc(noteSession)
	app.OnRecordAuthWithPasswordRequest().BindFunc(passwords{newAttempts(app, "password", 10)}.try)
	codes := newMailCodes(app)
	app.OnRecordRequestOTPRequest().BindFunc(codes.request)
	app.OnRecordAuthWithOTPRequest().BindFunc(codes.once)
	app.OnRecordAuthWithOTPRequest(members).BindFunc(keepPassword)
	app.OnMailerRecordOTPSend(members).BindFunc(write)
	app.Store().Set(mailCodesKey, codes)
	for kind, most := range map[string]int{resets: 10, accepts: 10, applies: appliesOfNumber, appliesHere: appliesOfPair, failsThere: failsOfSource, failsAround: failsOfNetwork, failsAll: failsOfAll} {
		newAttempts(app, kind, most)
	}
	app.Store().Set(ceremoniesKey, &ceremonies{open: map[string]ceremony{}})
}

// Serve looks at the session behind every request, before any route, and goes on counting where the server before
// this one ended.
func Serve(se *core.ServeEvent) error {
	if err := loadTries(se.App); err != nil {
		return err
	}
	known := of(se.App)
	codes, _ := se.App.Store().Get(mailCodesKey).(*mailCodes)
	se.Router.Bind(
		&hook.Handler[*core.RequestEvent]{Id: "kpdkSession", Func: known.check, Priority: afterToken},
		&hook.Handler[*core.RequestEvent]{Id: "kpdkLeavers", Func: forgetLeavers, Priority: afterToken},
		&hook.Handler[*core.RequestEvent]{Id: "kpdkMailCode", Func: codes.try, Priority: afterToken},
	)
	return nil
}

// withSession are the roles whose logins have sessions.
var withSession = append([]act.Role{act.Member}, act.OperatorRoles...)

// Routes lists what logins offer beside PocketBase's own routes.
func Routes() []web.Route {
	return []web.Route{
		web.Post("/api/coop/members/{number}/reset-code", web.Managers, "Makes a code with which a member sets a password: the way in without e-mail.",
			func(c *web.Call, key string, _ struct{}) (Code, bool, error) {
				number, err := c.Number("number")
				if err != nil {
					return Code{}, false, err
				}
				return IssueForMember(c.Request.Context(), c.App, key, c.By, number)
			}),
		web.Post("/api/coop/operators/{id}/reset-code", web.Managers, "Makes a code with which an operator sets a password.",
			func(c *web.Call, key string, _ struct{}) (Code, bool, error) {
				return IssueForOperator(c.Request.Context(), c.App, key, c.By, c.Path("id"))
			}),
		web.Post("/api/coop/login/reset", web.Anyone, "Sets a password by a code from the manager; all sessions end.",
			func(c *web.Call, key string, in Reset) (Done, bool, error) {
				from := browserOf(c.RequestEvent)
				done, again, err := UseCode(c.Request.Context(), c.App, key, from, in)
				if err == nil {
					from.mark(c.RequestEvent)
				}
				return done, again, err
			}),
		web.Post("/api/coop/me/password", withSession, "Sets another password; all other sessions end, and all passkeys. The answer is the token with which this device goes on.",
			func(c *web.Call, key string, in NewPassword) (PasswordSet, bool, error) {
				from := browserOf(c.RequestEvent)
				set, again, err := SetPassword(c.Request.Context(), c.App, key, c.By, c.Auth, SessionOf(c.RequestEvent), from, in)
				if err == nil {
					from.mark(c.RequestEvent)
				}
				return set, again, err
			}).AsFresh(),
		web.Post("/api/coop/login/invitation", web.Anyone, "Answers an invitation: its code, a proof of identity, and a password for what comes.",
			func(c *web.Call, key string, in Accept) (Done, bool, error) {
				from := browserOf(c.RequestEvent)
				done, again, err := AcceptInvitation(c.Request.Context(), c.App, key, from, in)
				if err == nil {
					from.mark(c.RequestEvent)
				}
				return done, again, err
			}),
		web.Post("/api/coop/login/application", web.Anyone, "Begins an application without an invitation, matched with the staff list.",
			func(c *web.Call, key string, in Apply) (Number, bool, error) {
				return ApplyToJoin(c.Request.Context(), c.App, key, c.RealIP(), in)
			}),
		web.Get("/api/coop/me/sessions", withSession, "On which devices the caller is logged in.",
			func(c *web.Call) (Sessions, error) { return list(c.App, c.Auth, SessionOf(c.RequestEvent)) }),
		web.Post("/api/coop/me/sessions/end", withSession, "Ends one session of the caller's, or all others.",
			func(c *web.Call, key string, in End) (Ended, bool, error) {
				return EndSessions(c.Request.Context(), c.App, key, c.By, c.Auth, SessionOf(c.RequestEvent), in)
			}).AsFresh(),
		web.Get("/api/coop/me/passkeys", withSession, "The caller's passkeys.",
			func(c *web.Call) (Passkeys, error) { return listPasskeys(c.App, c.Auth) }),
		web.Ask("/api/coop/me/passkeys/begin", withSession, "Options with which a browser makes a passkey.",
			func(c *web.Call, _ struct{}) (Ceremony, error) { return beginPasskey(c.App, c.Auth) }).AsFresh(),
		web.Post("/api/coop/me/passkeys", withSession, "Adds a passkey to the caller's login.",
			func(c *web.Call, key string, in NewPasskey) (Done, bool, error) {
				return AddPasskey(c.Request.Context(), c.App, key, c.By, c.Auth, c.Request.UserAgent(), in)
			}).AsFresh(),
		web.Post("/api/coop/me/passkeys/remove", withSession, "Removes a passkey of the caller's.",
			func(c *web.Call, key string, in OldPasskey) (Done, bool, error) {
				return RemovePasskey(c.Request.Context(), c.App, key, c.By, c.Auth, in)
			}).AsFresh(),
		web.Ask("/api/coop/login/passkey/begin", web.Anyone, "Options with which a browser asks for a passkey.",
			func(c *web.Call, _ struct{}) (Ceremony, error) { return askPasskey(c.App) }),
		web.Raw(http.MethodPost, "/api/coop/login/passkey", web.Anyone, "Logs in with a passkey; the answer is PocketBase's to a login.", usePasskey),
		web.Ask("/api/coop/me/log-out", withSession, "Ends the session of this device.",
			func(c *web.Call, _ struct{}) (Done, error) {
				return Done{true}, logOut(c.App, SessionOf(c.RequestEvent))
			}),
	}
}
