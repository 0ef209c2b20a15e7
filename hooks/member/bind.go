package member

import (
	"net/http"
	"strings"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/web"
)

// ownerOrManager may see a member's card.
var ownerOrManager = []act.Role{act.Member, act.Manager}

// Bodies of acts: the act's own input, its key, and words that are kept apart.
type (
	LeaveBody struct {
		ID string `json:"id"`
		Leave
		Note string `json:"note,omitempty"`
	}
	ReasonBody struct {
		ID     string `json:"id"`
		Reason string `json:"reason"`
	}
)

// Routes lists what the register of members offers.
func Routes() []web.Route {
	return []web.Route{
		web.Get("/api/coop/members", web.Bookkeepers, "The register of members, by number.", func(c *web.Call) (Listing, error) {
			limit, err := c.Limit(50, 200)
			if err != nil {
				return Listing{}, err
			}
			after, err := c.Number("after")
			if err != nil {
				return Listing{}, err
			}
			return List(act.Read(c.App), Wanted{c.Query("search"), c.Query("status"), after, limit})
		}),
		web.Get("/api/coop/members/cards", web.Managers, "The cards of active members and when they were printed.", listCards),
		web.PostFile("/api/coop/members/cards/sheets", web.Managers, "Sheets of cards as PDF, at most a thousand cards a file; the header Coop-Next says where the next file begins.", printSheets),
		web.Post("/api/coop/members/invite", web.Managers, "Invites people of the staff list.", func(c *web.Call, key string, in Invite) (Invitations, bool, error) {
			return InviteEmployees(c.Request.Context(), c.App, key, c.By, in)
		}),
		web.Post("/api/coop/members/join", web.Managers, "Makes invited people members under their consent and mandate.", func(c *web.Call, key string, in Join) (Joined, bool, error) {
			return JoinMembers(c.Request.Context(), c.App, key, c.By, c.Language(), in)
		}),
		web.Post("/api/coop/members/{number}/card", web.Managers, "Kills a member's card and issues the next.", numbered(func(c *web.Call, key string, number int64, in ReplaceCard) (Replaced, bool, error) {
			return GiveNewCard(c.Request.Context(), c.App, key, c.By, number, in)
		})),
		web.Raw(http.MethodGet, "/api/coop/members/{number}/card.svg", ownerOrManager, "The card's code as SVG.", showCardSVG),
		web.Raw(http.MethodGet, "/api/coop/members/{number}/card.png", ownerOrManager, "The card's code as PNG.", showCardPNG),
		web.Raw(http.MethodGet, "/api/coop/members/{number}/card.pdf", ownerOrManager, "The card as PDF, to print on both sides.", showCardPDF),
		web.Post("/api/coop/members/{number}/mandate", web.Managers, "Grants or revokes a payroll mandate.", numbered(func(c *web.Call, key string, number int64, in MandateChange) (MandateChanged, bool, error) {
			return ChangeMandate(c.Request.Context(), c.App, key, c.By, number, in)
		})),
		web.Post("/api/coop/members/{number}/leave", web.Managers, "Ends a membership and settles it.", numbered(func(c *web.Call, key string, number int64, in LeaveBody) (Settlement, bool, error) {
			in.Leave.Note = strings.TrimSpace(in.Note)
			return LeaveCoop(c.Request.Context(), c.App, key, c.By, number, in.Leave)
		})),
		web.Post("/api/coop/members/{number}/leave/refuse", web.Managers, "Answers a member's request to leave that can't be followed now.", numbered(func(c *web.Call, key string, number int64, in ReasonBody) (LeaveAsked, bool, error) {
			return RefuseLeave(c.Request.Context(), c.App, key, c.By, number, in.Reason)
		})),
		web.Get("/api/coop/members/{number}/leaving", web.Bookkeepers, "What leaving would come to today, or came to.", func(c *web.Call) (Leaving, error) {
			number, err := c.Number("number")
			if err != nil {
				return Leaving{}, err
			}
			return LeavingOf(c.App, number)
		}),
		web.Raw(http.MethodGet, "/api/coop/members/{number}/leaving.pdf", append([]act.Role{act.Member}, web.Bookkeepers...), "The final statement as a letter.", leavingPaper),
		web.Get("/api/coop/leavers", web.Bookkeepers, "Who asks to leave, who waits for money, who still owes.", func(c *web.Call) (Leavers, error) { return ListLeavers(c.App) }),
		web.Get("/api/coop/me/leaving", web.Members, "What leaving today would come to.", func(c *web.Call) (Leaving, error) { return LeavingOf(c.App, c.By.Number) }),
		web.Post("/api/coop/me/leave", web.Members, "Asks to leave.", func(c *web.Call, key string, in LeaveRequest) (LeaveAsked, bool, error) {
			return AskToLeave(c.Request.Context(), c.App, key, c.By, in)
		}).AsFresh(),
		web.Post("/api/coop/me/leave/withdraw", web.Members, "Takes the request to leave back.", func(c *web.Call, key string, _ struct{}) (LeaveAsked, bool, error) {
			return TakeLeaveBack(c.Request.Context(), c.App, key, c.By)
		}),
		web.Post("/api/coop/me/card/block", web.Members, "Kills the member's own card, which is lost, and issues the next.", func(c *web.Call, key string, _ struct{}) (Replaced, bool, error) {
			return BlockCard(c.Request.Context(), c.App, key, c.By)
		}),
		web.Post("/api/coop/me/pin", web.Members, "Sets the member's own PIN.", func(c *web.Call, key string, in SetPIN) (PINSet, bool, error) {
			return ChoosePIN(c.Request.Context(), c.App, key, c.By, in)
		}).AsFresh(),
		upload("/api/coop/import/employees", "Imports a staff list.", ImportEmployees),
		upload("/api/coop/import/members", "Imports people who already are members.", ImportMembers),
	}
}

// numbered reads the member's number from the path.
func numbered[In, Out any](f func(c *web.Call, key string, number int64, in In) (Out, bool, error)) func(*web.Call, string, In) (Out, bool, error) {
	return func(c *web.Call, key string, in In) (out Out, replayed bool, err error) {
		number, err := c.Number("number")
		if err != nil {
			return out, false, err
		}
		return f(c, key, number, in)
	}
}

// Commands lists what the register offers at the command line.
func Commands() []command.Spec {
	return []command.Spec{importCommand("employees", ImportEmployees), importCommand("members", ImportMembers), printCommand}
}
