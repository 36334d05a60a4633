"""The resident's door, at the root."""

from django.urls import path

from . import views

app_name = "portal"
prefix = ""
urlpatterns = [
    path("", views.home, name="home"),
    path("find/", views.find, name="find"),
    path("items/", views.items_list, name="items"),
    path("items/<str:code>/", views.item, name="item"),
    path("places/", views.places_near, name="places"),
    path("ask/", views.ask, name="ask"),
    path("ask/draft/", views.keep_draft, name="draft"),
    path("done/<str:code>/", views.done, name="done"),
    path("progress/", views.progress, name="progress"),
    path("me/sign-in/", views.sign_in, name="sign-in"),
    path("me/sign-out/", views.sign_out, name="sign-out"),
    path("me/", views.mine, name="mine"),
    path("me/data/", views.my_data, name="data"),
    path("me/data/download/", views.download, name="download"),
    path("me/<str:code>/", views.case, name="case"),
    path("me/<str:code>/files/<int:pk>/", views.file, name="file"),
    path("notice/", views.notice, name="notice"),
    path("offline/", views.offline, name="offline"),
    path("sw.js", views.worker, name="worker"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
]
